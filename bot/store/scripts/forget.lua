-- KEYS: case, calls, inbox, outbox, lock, dead, notes, trial, ready, due, tries, letters, forgotten, failures
-- ARGV: conversation, group, since when it is forgotten ('' for no mark). The lock goes too, so that a worker in the middle of a turn cannot bring the case back.
local conversation = ARGV[1]
for _, entry in ipairs(redis.call('XRANGE', KEYS[9], '-', '+')) do
  if entry[2][2] == conversation then
    redis.call('XACK', KEYS[9], ARGV[2], entry[1])
    redis.call('XDEL', KEYS[9], entry[1])
  end
end
redis.call('ZREM', KEYS[10], conversation)
redis.call('HDEL', KEYS[11], conversation)
redis.call('HDEL', KEYS[14], conversation)
redis.call('ZREM', KEYS[12], conversation)
local gone = redis.call('DEL', unpack(KEYS, 1, 8))
if ARGV[3] ~= '' then redis.call('HSET', KEYS[13], '', ARGV[3]) end
return gone
