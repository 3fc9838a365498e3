-- KEYS: claim, inbox, ready
-- ARGV: conversation, event, token, claim for ms, keep in ms
local claim, inbox, ready = unpack(KEYS)
local conversation, event, token = unpack(ARGV)
if not redis.call('SET', claim, token, 'NX', 'PX', ARGV[4]) then
  return redis.call('GET', claim) == token and 1 or 0 -- 1 where only the answer to this very call was lost
end
local waiting = redis.call('RPUSH', inbox, event)
redis.call('PEXPIRE', inbox, ARGV[5])
-- A longer inbox has its entry already: an entry goes only in a script that sees the inbox empty.
if waiting == 1 then redis.call('XADD', ready, '*', 'c', conversation) end
return 1
