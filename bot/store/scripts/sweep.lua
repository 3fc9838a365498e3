-- KEYS: ready, due, of each partition in turn
-- ARGV: group, consumer, idle ms after which a worker is taken for dead, ms after which an idle consumer is removed
-- Returns what was claimed in each partition; false where something else lies in its keys.
local group, consumer = ARGV[1], ARGV[2]
local BATCH = 100

local function sweep(ready, due)
  if redis.call('EXISTS', ready) == 0 or #redis.call('XINFO', 'GROUPS', ready) == 0 then
    redis.call('XGROUP', 'CREATE', ready, group, '0', 'MKSTREAM')
  end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, BATCH)) do
    redis.call('ZREM', due, conversation)
    redis.call('XADD', ready, '*', 'c', conversation)
  end

  local claimed, cursor = {}, '0-0'
  repeat
    local part = redis.call('XAUTOCLAIM', ready, group, consumer, ARGV[3], cursor, 'COUNT', BATCH)
    cursor = part[1]
    for _, entry in ipairs(part[2]) do
      if entry and entry[2] then claimed[#claimed + 1] = {entry[1], entry[2][2], entry[2][4] or ''} end
    end
  until cursor == '0-0' or #claimed >= BATCH

  for _, other in ipairs(redis.call('XINFO', 'CONSUMERS', ready, group)) do
    local about = {}
    for at = 1, #other, 2 do about[other[at]] = other[at + 1] end
    if about.pending == 0 and about.idle > tonumber(ARGV[4]) then
      redis.call('XGROUP', 'DELCONSUMER', ready, group, about.name)
    end
  end
  return claimed
end

local found = {}
for at = 1, #KEYS, 2 do
  local swept, said = pcall(sweep, KEYS[at], KEYS[at + 1])
  if not swept then
    -- A table, or in Redis 6.2 a text.
    if not string.find(type(said) == 'table' and said.err or said, 'WRONGTYPE', 1, true) then error(said, 0) end
    said = false
  end
  found[#found + 1] = said
end
return found
