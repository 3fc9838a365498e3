-- KEYS: lock, sequence, inbox, outbox, case, ready, tries, failures
-- ARGV: conversation, token, group, ready entry, lock for ms, events at most
local lock, sequence, inbox, outbox, case, ready, tries, failures = unpack(KEYS)
local conversation, token, group, entry = unpack(ARGV)

local fence = redis.call('GET', lock)
if fence and string.sub(fence, -#token) ~= token then
  if redis.call('PTTL', lock) < 0 then redis.call('PEXPIRE', lock, ARGV[5]) end -- one without an end was never ours
  return {'busy', redis.call('PTTL', lock)}
end
-- Read first: where something else lies under a key, nothing is taken.
local held = redis.call('HMGET', case, 'v', 'd')
local events = redis.call('LRANGE', inbox, 0, ARGV[6] - 1)
local waiting = redis.call('LRANGE', outbox, 0, -1)
if #events == 0 and #waiting == 0 then
  if fence then redis.call('DEL', lock) end
  redis.call('XACK', ready, group, entry)
  redis.call('XDEL', ready, entry)
  return {'empty'}
end
-- A full server refuses a lock, but not after another write: who wants something deleted is heard.
for _, event in ipairs(events) do
  if string.find(event, 'forget', 1, true) then redis.call('PERSIST', sequence) end
end
local now = redis.call('TIME')
local again = fence
if not fence then
  local number = math.max((tonumber(redis.call('GET', sequence) or 0) or 0) + 1, now[1] * 1000000 + now[2])
  fence = string.format('%.0f:%s', number, token)
  redis.call('SET', sequence, string.format('%.0f', number))
end
redis.call('SET', lock, fence, 'PX', ARGV[5])
-- What is no number was never ours.
if not tonumber(redis.call('HGET', tries, conversation) or 0) then redis.call('HDEL', tries, conversation) end
local died = 0
if #events > 0 then
  -- Asked again, as where the answer was lost, it is one try all the same.
  local more = (again and redis.call('HEXISTS', tries, conversation) == 1) and 0 or 1
  died = redis.call('HINCRBY', tries, conversation, more) - 1
end
local failed = tonumber(redis.call('HGET', failures, conversation) or 0) or 0
if held[1] and not tonumber(held[1]) then
  held[1] = redis.call('GET', sequence)
  redis.call('HSET', case, 'v', held[1])
end
return {'held', fence, held[1] or '0', held[2] or '', died, failed, now[1] * 1000 + math.floor(now[2] / 1000), events, waiting}
