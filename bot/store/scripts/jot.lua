-- KEYS: notes, case, inbox
-- ARGV: name, value, keep in ms. Nothing is noted of a conversation that is forgotten: it would stay behind.
if redis.call('EXISTS', KEYS[2], KEYS[3]) == 0 then return 0 end
-- What stood there goes first: a full server lets through what follows a deletion.
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
