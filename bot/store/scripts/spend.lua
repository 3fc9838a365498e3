-- KEYS: counter, a hash of `day`, `calls` and `usd` (millionths) spent in it, and `r:…` of what each purse asked last;
-- set of all that spend
-- ARGV: purse, step, calls and usd to be added or taken off again, the day of those, wanted calls, usd of these, whether
-- that may not pass the cap (1 or 0), cap calls, cap usd, for how long a step is remembered in ms, name in the set
-- A call is counted before it is made, so that none is made uncounted by a worker that dies. Returns why the wanted
-- calls may not be made ('calls', 'usd' or ''), seconds until the day ends (UTC), the day.
local counter, id, step = KEYS[1], 'r:' .. ARGV[1], ARGV[2]
local number = {}
for n = 3, 11 do number[n] = tonumber(ARGV[n]) end
local calls, usd, of_day, wanted, wanted_usd, strict, cap_calls, cap_usd, remembered = unpack(number, 3, 11)
local time = redis.call('TIME')
local now, day = time[1] * 1000 + math.floor(time[2] / 1000), math.floor(time[1] / 86400)
local left = (day + 1) * 86400 - time[1]

-- A clock that was set back, or that of another server, begins no day anew.
local ahead = (tonumber(redis.call('HGET', counter, 'day') or 0) or 0) - day
if ahead ~= 0 and ahead ~= 1 then
  redis.call('DEL', counter)
  redis.call('HSET', counter, 'day', day)
end
day = tonumber(redis.call('HGET', counter, 'day'))
-- What counted for another day is taken off from none.
if of_day ~= day then calls, usd = math.max(0, calls), math.max(0, usd) end
local fields = redis.call('HGETALL', counter)
local held_calls, held_usd, all_calls, all_usd = 0, 0, 0, 0
for n = 1, #fields, 2 do
  local name, value = fields[n], fields[n + 1]
  if name == 'calls' then
    all_calls = tonumber(value) or 0
  elseif name == 'usd' then
    all_usd = tonumber(value) or 0
  elseif name ~= 'day' then
    local read, held = pcall(cjson.decode, value)
    if not read or type(held) ~= 'table' or not tonumber(held.till) or held.till < now then
      redis.call('HDEL', counter, name)
    elseif name == id and held.step == step then
      return {held.why or '', left, day} -- the answer to this very step was lost
    else -- what an older version reserves
      held_calls, held_usd = held_calls + (tonumber(held.calls) or 0), held_usd + (tonumber(held.usd) or 0)
    end
  end
end
calls, usd = math.max(0, all_calls + calls), math.max(0, all_usd + usd)

local why = ''
if wanted > 0 then
  local spent = usd + held_usd
  if calls + held_calls + wanted > cap_calls then
    why = 'calls'
  elseif (strict == 1 and wanted_usd > 0 and spent + wanted_usd > cap_usd) or (spent > 0 and spent >= cap_usd) then
    why = 'usd'
  else
    calls, usd = calls + wanted, usd + wanted_usd
  end
end
redis.call('HSET', counter, 'calls', string.format('%.0f', calls), 'usd', string.format('%.0f', usd))
local held = {calls = 0, usd = 0, till = now + remembered, step = step, why = why}
redis.call('HSET', counter, id, cjson.encode(held))
redis.call('PEXPIRE', counter, left * 1000 + remembered)
redis.call('SADD', KEYS[2], ARGV[12])
redis.call('PEXPIRE', KEYS[2], left * 1000 + remembered)
return {why, left, day}
