-- KEYS: lock, inbox, outbox, dead, letters, tries, failures
-- ARGV: conversation, fence, taken, dead letter, keep in ms, replies…
local lock, inbox, outbox, dead, letters, tries, failures = unpack(KEYS)
local conversation, fence = ARGV[1], ARGV[2]
if redis.call('GET', lock) ~= fence then return 'lost' end
if not redis.call('HGET', tries, conversation) then return 'done' end -- buried before, the answer was lost
local now, keep = tonumber(redis.call('TIME')[1]), tonumber(ARGV[5])
redis.call('RPUSH', dead, ARGV[4])
redis.call('PEXPIRE', dead, keep)
redis.call('ZREMRANGEBYSCORE', letters, '-inf', now - keep / 1000)
redis.call('ZADD', letters, now, conversation)
if #ARGV > 5 then
  redis.call('RPUSH', outbox, unpack(ARGV, 6))
  redis.call('PEXPIRE', outbox, keep)
end
redis.call('LTRIM', inbox, ARGV[3], -1)
redis.call('HDEL', tries, conversation)
redis.call('HDEL', failures, conversation)
return 'done'
