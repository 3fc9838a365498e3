-- KEYS: keys of a conversation, then for each where it goes
-- ARGV: keep in ms, then for each key what it should be
-- What lies under a key and is of another kind goes aside. Returns which did.
local half, gone = #KEYS / 2, {}
for n = 1, half do
  local is = redis.call('TYPE', KEYS[n]).ok
  if is ~= 'none' and is ~= ARGV[n + 1] then
    redis.call('RENAME', KEYS[n], KEYS[half + n])
    redis.call('PEXPIRE', KEYS[half + n], ARGV[1])
    gone[#gone + 1] = n
  end
end
return gone
