-- KEYS: lock, outbox, dead, letters
-- ARGV: conversation, fence, key, 'sent' | 'later' | 'refused', the entry as it now is or the dead letter, keep in ms
local lock, outbox, dead, letters = unpack(KEYS)
local conversation, fence, key, outcome, text, keep = unpack(ARGV)
if redis.call('GET', lock) ~= fence then return 'lost' end
local head = redis.call('LINDEX', outbox, 0)
if not head or cjson.decode(head).key ~= key then return 'done' end -- settled before, the answer was lost
if outcome == 'later' then
  -- A full server lets through what follows a deletion: an entry that stays as long as it was must hold up nobody.
  redis.call('LREM', outbox, 0, '')
  redis.call('LSET', outbox, 0, text)
  return 'done'
end
if outcome == 'refused' then
  local now = tonumber(redis.call('TIME')[1])
  redis.call('RPUSH', dead, text)
  redis.call('PEXPIRE', dead, keep)
  redis.call('ZREMRANGEBYSCORE', letters, '-inf', now - keep / 1000)
  redis.call('ZADD', letters, now, conversation)
end
redis.call('LPOP', outbox)
return 'done'
