-- KEYS: case, calls, inbox, outbox, lock, dead, notes, trial, ready, due, tries, letters
-- ARGV: conversation, group. The lock goes too, so that a worker in the middle of a turn cannot bring the case back.
local conversation = ARGV[1]
for _, entry in ipairs(redis.call('XRANGE', KEYS[9], '-', '+')) do
  if entry[2][2] == conversation then
    redis.call('XACK', KEYS[9], ARGV[2], entry[1])
    redis.call('XDEL', KEYS[9], entry[1])
  end
end
redis.call('ZREM', KEYS[10], conversation)
redis.call('HDEL', KEYS[11], conversation)
redis.call('ZREM', KEYS[12], conversation)
return redis.call('DEL', unpack(KEYS, 1, 8))
