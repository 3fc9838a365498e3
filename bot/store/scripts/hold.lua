-- KEYS: conversations, sizes, full, light: what a person or workspace holds
-- ARGV: conversation, bytes (0 where it is gone), time of its last turn in ms, 1 where its oldest material went, keep
-- in ms, most bytes
-- Count how much is kept of a conversation. Returns whose material goes, so that all is no more than that: the oldest
-- that are whole, then the oldest that are not; never this one.
local conversations, sizes, full, light = unpack(KEYS)
local conversation = ARGV[1]
local bytes, at, keep, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6])
local AT_ONCE = 20

-- Returns what all of them hold then, nothing where it was not counted.
local function drop(each)
  redis.call('ZREM', full, each)
  local held = redis.call('HGET', sizes, each)
  if not held then return end
  redis.call('ZREM', light, each)
  redis.call('HDEL', sizes, each)
  return redis.call('HINCRBY', sizes, '', -held)
end

-- What deletes goes first, also where nothing was counted: a full server lets through what follows.
drop(conversation)
if bytes == 0 then
  if redis.call('HLEN', sizes) <= 1 then redis.call('DEL', sizes) end
  return {}
end
local listed = ARGV[4] == '1' and light or full
redis.call('SADD', conversations, conversation)
redis.call('HSET', sizes, conversation, bytes)
redis.call('ZADD', listed, at, conversation)
local excess = redis.call('HINCRBY', sizes, '', bytes) - most
for _, each in ipairs({conversations, sizes, listed}) do redis.call('PEXPIRE', each, 2 * keep) end

local go = {}
if excess <= 0 then return go end
local time = redis.call('TIME')
local ended = time[1] * 1000 - keep
for _, each in ipairs({full, light}) do
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', each, '-inf', ended, 'LIMIT', 0, AT_ONCE)) do
    excess = (drop(old) or excess + most) - most
  end
end
for _, listed in ipairs({full, light}) do
  if excess <= 0 then break end
  for _, each in ipairs(redis.call('ZRANGE', listed, 0, AT_ONCE)) do
    if excess <= 0 or #go >= AT_ONCE then break end
    if each ~= conversation then
      go[#go + 1] = each
      excess = excess - tonumber(redis.call('HGET', sizes, each) or 0)
    end
  end
end
return go
