-- KEYS: case, sequence, calls, inbox, outbox, lock, tries, dead, letters, notes, forgotten, failures, trial
-- ARGV: conversation, expected version, token, data ('' forgets), fence ('' for none), taken, keep in ms,
-- whether it listens (1 or 0), who spoke to us, whose words are held (a line each), whether it matters that others
-- speak (1 or 0), whether samples were taken back (1 or 0), how many are forgotten, of each who ('' for all) and since
-- when, replies…
local case, sequence, calls, inbox, outbox, lock, tries, dead, letters, notes, forgotten, failures, trial = unpack(KEYS)
local conversation, expected, token, data, fence = unpack(ARGV)
local taken, keep = tonumber(ARGV[6]), tonumber(ARGV[7])

local held = redis.call('HMGET', case, 'v', 't')
if held[2] == token then return {'ok', held[1]} end -- the answer to this very commit was lost
if fence ~= '' and redis.call('GET', lock) ~= fence then return {'lost', '0'} end
local last = tonumber(redis.call('GET', sequence) or 0) or 0
-- A sequence below the expected version: the server came back without its last writes, and the caller knows more.
if (held[1] or '0') ~= expected and last >= tonumber(expected) then return {'conflict', held[1] or '0'} end

-- A full server refuses what needs memory only while nothing was written: so what is forgotten goes first, and in all
-- other cases what needs memory, before anything was changed.
if data == '' then
  redis.call('DEL', case, calls, notes)
  if taken == 0 then -- a turn that keeps nothing and forgets nobody leaves what could not be read before it
    redis.call('DEL', dead)
    redis.call('ZREM', letters, conversation)
  end
end
if ARGV[12] == '1' then
  redis.call('DEL', calls, trial)
  for _, name in ipairs(redis.call('HKEYS', notes)) do
    if string.sub(name, 1, 7) == 'report ' then redis.call('HDEL', notes, name) end
  end
end
local marks = tonumber(ARGV[13])
local first = 14 + 2 * marks
if marks > 0 then
  redis.call('DEL', dead)
  redis.call('ZREM', letters, conversation)
  redis.call('PERSIST', forgotten) -- a write that changes nothing, so that what is forgotten is also written down
  redis.call('HSET', forgotten, unpack(ARGV, 14, first - 1))
end
if #ARGV >= first then
  redis.call('RPUSH', outbox, unpack(ARGV, first))
  redis.call('PEXPIRE', outbox, keep)
end
local version = '0'
if data ~= '' then
  local time = redis.call('TIME')
  version = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', sequence, version)
  redis.call('HSET', case, 'v', version, 'd', data, 't', token, 'l', ARGV[8])
  redis.call('HSET', case, 'p', ARGV[9], 'h', ARGV[10], 'a', ARGV[11])
  redis.call('PEXPIRE', case, keep)
  redis.call('PEXPIRE', notes, keep)
end
if taken > 0 then redis.call('LTRIM', inbox, taken, -1) end
redis.call('HDEL', tries, conversation)
redis.call('HDEL', failures, conversation)
return {'ok', version}
