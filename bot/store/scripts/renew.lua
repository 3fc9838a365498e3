-- KEYS: lock, ready
-- ARGV: fence, lock for ms, group, consumer, ready entry. The claim tells the others that this entry is looked after.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('XCLAIM', KEYS[2], ARGV[3], ARGV[4], 0, ARGV[5], 'JUSTID')
return 1
