-- KEYS: claim, inbox, ready, case
-- ARGV: conversation, event, token, claim for ms, keep in ms, only ('', 'known' or 'listening')
local claim, inbox, ready, case = unpack(KEYS)
local conversation, event, token, only = ARGV[1], ARGV[2], ARGV[3], ARGV[6]
-- What nobody said to us is for a conversation that is there; the first words of one may still be in the inbox.
if only ~= '' and redis.call('EXISTS', inbox) == 0 then
  local held = redis.call('HMGET', case, 'v', 'l')
  if not held[1] or (only == 'listening' and held[2] ~= '1') then return 0 end
end
local claimed = redis.call('GET', claim)
if claimed then
  return claimed == token and 1 or 0 -- 1 where only the answer to this very call was lost
end
-- The entry comes first and the claim last: where something else lies under a key, nothing is half stored.
-- A longer inbox has its entry already: an entry goes only in a script that sees the inbox empty.
if redis.call('LLEN', inbox) == 0 then redis.call('XADD', ready, '*', 'c', conversation) end
redis.call('RPUSH', inbox, event)
redis.call('PEXPIRE', inbox, ARGV[5])
redis.call('SET', claim, token, 'PX', ARGV[4])
return 1
