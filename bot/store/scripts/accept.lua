-- KEYS: claim, inbox, ready, case
-- ARGV: conversation, event, token, claim for ms, keep in ms, addressed ('us', 'people' or 'known'), author, the event
-- without its words ('' where it has none), whether it gives memory back (1 or 0), the author's mark
local claim, inbox, ready, case = unpack(KEYS)
local conversation, event, token, addressed, author, wordless = ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[7], ARGV[8]

local function named(list) return list and string.find('\n' .. list .. '\n', '\n' .. author .. '\n', 1, true) end

-- The words with which somebody first speaks to us may still wait.
local function waiting()
  for _, each in ipairs(redis.call('LRANGE', inbox, 0, -1)) do
    local read, one = pcall(cjson.decode, each)
    if not read or type(one) ~= 'table' then one = {addressed = ''} end -- none of ours
    local before = one.addressed == nil and (one.only == nil or one.only == cjson.null)
    if one.author == author and (one.addressed == 'us' or before) then return true end
  end
  return false
end

-- What nobody said to us is for a conversation that is there, and no word is stored of who never spoke to us.
if addressed ~= 'us' then
  local busy = redis.call('EXISTS', inbox) == 1
  local held = redis.call('HMGET', case, 'v', 'l', 'p', 'h', 'a')
  if not busy and (not held[1] or (addressed == 'people' and held[2] ~= '1')) then return 0 end
  local people = addressed == 'people'
  if wordless ~= '' and not named(held[3]) and not (not people and named(held[4])) and not waiting() then
    if not people or (not busy and held[5] == '0') then return 0 end
    event = wordless
  end
end
local claimed = redis.call('GET', claim)
if claimed then
  return claimed == token and 1 or 0 -- 1 where only the answer to this very call was lost
end
-- A full server lets through what follows a deletion: who wants something deleted is heard.
if ARGV[9] == '1' then redis.call('DEL', claim) end
-- The entry comes first and the claim last: where something else lies under a key, nothing is half stored.
-- A longer inbox has its entry already: an entry goes only in a script that sees the inbox empty.
if redis.call('LLEN', inbox) == 0 then redis.call('XADD', ready, '*', 'c', conversation, 'w', ARGV[10]) end
redis.call('RPUSH', inbox, event)
redis.call('PEXPIRE', inbox, ARGV[5])
redis.call('SET', claim, token, 'PX', ARGV[4])
return 1
