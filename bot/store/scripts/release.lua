-- KEYS: lock, inbox, outbox, ready, due, tries, failures
-- ARGV: conversation, fence, group, ready entry, 'more' | 'back' | 'pause' | 'failed', key of a sent entry or '', due in ms or 0, lock for ms, events at most, mark of who waits
-- more: return what came meanwhile, else let go. back: let go and let the next worker go on at once. pause: go on later. failed: the same, and the turn failed.
local lock, inbox, outbox, ready, due, tries, failures = unpack(KEYS)
local conversation, fence, group, entry, how, sent, wait = unpack(ARGV)
if redis.call('GET', lock) ~= fence then return {'lost'} end

if sent ~= '' then
  local head = redis.call('LINDEX', outbox, 0)
  if head and cjson.decode(head).key == sent then redis.call('LPOP', outbox) end
end
if how == 'more' then
  local events = redis.call('LRANGE', inbox, 0, ARGV[9] - 1)
  if #events > 0 then
    redis.call('PEXPIRE', lock, ARGV[8])
    redis.call('HINCRBY', tries, conversation, 1)
    return {'more', events}
  end
end
local open = redis.call('EXISTS', inbox, outbox) > 0
if how == 'back' and open then
  redis.call('XADD', ready, '*', 'c', conversation, 'w', ARGV[10])
  if redis.call('HINCRBY', tries, conversation, -1) < 1 then redis.call('HDEL', tries, conversation) end
elseif open then
  local now = redis.call('TIME')
  redis.call('ZADD', due, now[1] * 1000 + math.floor(now[2] / 1000) + wait, conversation)
  if how == 'failed' then
    redis.call('HDEL', tries, conversation)
    redis.call('HINCRBY', failures, conversation, 1)
  end
end
redis.call('DEL', lock)
redis.call('XACK', ready, group, entry)
redis.call('XDEL', ready, entry)
return {'done'}
