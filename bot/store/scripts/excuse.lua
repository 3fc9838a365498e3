-- KEYS: tries
-- ARGV: conversation. What was committed, set aside or failed meanwhile has no tries any more.
local tried = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
if tried < 1 then return 0 end
if tried == 1 then return redis.call('HDEL', KEYS[1], ARGV[1]) end
return redis.call('HINCRBY', KEYS[1], ARGV[1], -1)
