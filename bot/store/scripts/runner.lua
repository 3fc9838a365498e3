-- KEYS: trial
-- ARGV: trial, runner, ms without a sign of life after which a runner is taken for dead
-- Take or keep the trial for this runner. Returns 'drop' where nobody waits for it, 'elsewhere' where another runs it,
-- else 'stop' where it is to end, or 'go'.
local held = redis.call('HMGET', KEYS[1], 'trial', 'runner', 'seen', 'stop')
if held[1] ~= ARGV[1] then return 'drop' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen = tonumber(held[3] or '') or 0
-- A clock that was set back makes nobody immortal.
if held[2] and held[2] ~= ARGV[2] and math.abs(now - seen) < tonumber(ARGV[3]) then return 'elsewhere' end
redis.call('HSET', KEYS[1], 'runner', ARGV[2], 'seen', string.format('%.0f', now))
return held[4] == ARGV[1] and 'stop' or 'go'
