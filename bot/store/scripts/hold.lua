-- KEYS: conversations, sizes, full, light: what a person or workspace holds
-- ARGV: conversation, bytes (0 where it is gone), time of its last turn in ms, 1 where its oldest material went, keep
-- in ms, most bytes
-- Count how much is kept of a conversation. Returns whose material goes, so that all is no more than that: the oldest
-- that are whole, then the oldest that are not; never this one.
local conversations, sizes, full, light = unpack(KEYS)
local conversation = ARGV[1]
local bytes, at, keep, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6])
local AT_ONCE = 20

-- What deletes goes first: a full server lets through what follows.
local function drop(each)
  redis.call('ZREM', full, each)
  redis.call('ZREM', light, each)
  local held = redis.call('HGET', sizes, each)
  if held then
    redis.call('HINCRBY', sizes, '', -held)
    redis.call('HDEL', sizes, each)
  end
end

drop(conversation)
local time = redis.call('TIME')
local ended = time[1] * 1000 - keep
for _, listed in ipairs({full, light}) do
  for _, each in ipairs(redis.call('ZRANGEBYSCORE', listed, '-inf', ended, 'LIMIT', 0, AT_ONCE)) do drop(each) end
end
if bytes > 0 then
  redis.call('SADD', conversations, conversation)
  redis.call('PEXPIRE', conversations, 2 * keep)
  redis.call('HSET', sizes, conversation, bytes)
  redis.call('HINCRBY', sizes, '', bytes)
  redis.call('ZADD', ARGV[4] == '1' and light or full, at, conversation)
  for _, each in ipairs({sizes, full, light}) do redis.call('PEXPIRE', each, 2 * keep) end
elseif redis.call('HLEN', sizes) <= 1 then
  redis.call('DEL', sizes)
end

local go, excess = {}, tonumber(redis.call('HGET', sizes, '') or 0) - most
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
