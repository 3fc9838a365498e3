-- spend
-- KEYS: counter, a hash of `day`, `calls` and `usd` (millionths) settled in it, and `r:…` for each reservation; set of
-- all that spend
-- ARGV: reservation, step, used calls, used usd, wanted calls, usd of each, usd under way, cap calls, cap usd, lease in ms,
-- how it is named in the set
-- Settle what was used, then hold for the lease as many of the wanted calls as the caps leave, in place of what the
-- reservation held. Returns the calls it holds, 'calls' or 'usd' where a cap cut them, seconds until the day ends (UTC).
local counter, id, step = KEYS[1], 'r:' .. ARGV[1], ARGV[2]
local number = {}
for n = 3, 10 do number[n] = tonumber(ARGV[n]) end
local used_calls, used_usd, wanted, each, open, cap_calls, cap_usd, lease = unpack(number, 3, 10)
local time = redis.call('TIME')
local now, day = time[1] * 1000 + math.floor(time[2] / 1000), tostring(math.floor(time[1] / 86400))
local left = (day + 1) * 86400 - time[1]

-- A clock that was set back, or that of another server, begins no day anew.
local ahead = (tonumber(redis.call('HGET', counter, 'day') or 0) or 0) - tonumber(day)
if ahead ~= 0 and ahead ~= 1 then
  redis.call('DEL', counter)
  redis.call('HSET', counter, 'day', day)
end
local calls, usd = used_calls, used_usd
local fields = redis.call('HGETALL', counter)
for n = 1, #fields, 2 do
  local name, value = fields[n], fields[n + 1]
  if name == 'calls' then
    calls = calls + tonumber(value)
  elseif name == 'usd' then
    usd = usd + tonumber(value)
  elseif name ~= 'day' then
    local held = cjson.decode(value)
    if name == id then
      if held.step == step then return {held.calls, held.why, left} end -- the answer to this very step was lost
    elseif held.till < now then
      redis.call('HDEL', counter, name)
    else
      calls, usd = calls + held.calls, usd + held.usd
    end
  end
end
redis.call('HINCRBY', counter, 'calls', used_calls)
redis.call('HINCRBY', counter, 'usd', used_usd)

local granted, why = wanted, ''
if calls + granted > cap_calls then granted, why = math.max(0, cap_calls - calls), 'calls' end
if each > 0 and usd + open + granted * each > cap_usd then
  granted, why = math.max(0, math.floor((cap_usd - usd - open) / each)), 'usd'
elseif each == 0 and usd > 0 and usd >= cap_usd then -- what a call will cost is not known, and all is spent
  granted, why = 0, 'usd'
end
local held = {calls = granted, usd = open + granted * each, till = now + lease, step = step, why = why}
redis.call('HSET', counter, id, cjson.encode(held))
redis.call('PEXPIRE', counter, left * 1000 + lease)
redis.call('SADD', KEYS[2], ARGV[11])
redis.call('PEXPIRE', KEYS[2], left * 1000 + lease)
return {granted, why, left}
