-- KEYS: places
-- ARGV: name, how many there are, for how long one is held at most in ms
-- Hold a place under that name. Returns after how many ms to ask again (0 where it is held), and how many were held.
local name, most, held = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local taken = redis.call('ZCARD', KEYS[1])
if taken >= most and not redis.call('ZSCORE', KEYS[1], name) then
  return {math.max(1, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] - now), taken}
end
redis.call('ZADD', KEYS[1], now + held, name)
redis.call('PEXPIRE', KEYS[1], held)
return {0, taken}
