-- KEYS: text
-- ARGV: what is there ('' for nothing), what shall be
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
