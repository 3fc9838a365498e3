-- KEYS: lock, inbox, outbox, ready, due, tries
-- ARGV: conversation, fence, group, ready entry, 'more' | 'back' | 'pause', key of a sent entry or '', due in ms or 0, lock for ms, events at most, mark of who waits
-- more: return what came meanwhile, else let go. back: let go and let the next worker go on at once. pause: go on later.
local lock, inbox, outbox, ready, due, tries = unpack(KEYS)
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
    return {'more', redis.call('HINCRBY', tries, conversation, 1), events}
  end
end
local open = redis.call('EXISTS', inbox, outbox) > 0
if how == 'back' and open then
  redis.call('XADD', ready, '*', 'c', conversation, 'w', ARGV[10])
  if redis.call('HINCRBY', tries, conversation, -1) < 1 then redis.call('HDEL', tries, conversation) end
elseif open then
  local now = redis.call('TIME')
  redis.call('ZADD', due, now[1] * 1000 + math.floor(now[2] / 1000) + wait, conversation)
end
redis.call('DEL', lock)
redis.call('XACK', ready, group, entry)
redis.call('XDEL', ready, entry)
return {'done'}
