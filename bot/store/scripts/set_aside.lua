-- KEYS: lock, case, outbox, dead, letters
-- ARGV: conversation, fence, which entry of the outbox goes (from 0; '' for the case), dead letter, keep in ms, replies…
-- What cannot be read becomes a dead letter, and that is said.
local lock, case, outbox, dead, letters = unpack(KEYS)
if redis.call('GET', lock) ~= ARGV[2] then return 'lost' end
if ARGV[3] == '' and redis.call('EXISTS', case) == 0 then return 'done' end -- done before, the answer was lost
local now, keep = tonumber(redis.call('TIME')[1]), tonumber(ARGV[5])
redis.call('RPUSH', dead, ARGV[4])
redis.call('PEXPIRE', dead, keep)
redis.call('ZREMRANGEBYSCORE', letters, '-inf', now - keep / 1000)
redis.call('ZADD', letters, now, ARGV[1])
if ARGV[3] == '' then
  redis.call('DEL', case)
else
  redis.call('LSET', outbox, ARGV[3], ARGV[2]) -- as nothing else in it is
  redis.call('LREM', outbox, 1, ARGV[2])
end
if #ARGV > 5 then
  redis.call('RPUSH', outbox, unpack(ARGV, 6))
  redis.call('PEXPIRE', outbox, keep)
end
return 'done'
