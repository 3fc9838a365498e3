-- KEYS: counters, and behind them one that remembers what was said, where the same may be asked again
-- ARGV: how many more, then for each counter how many there may be in its window, and that in ms
-- What one lets through is counted by the next. Returns how many all let through, and of the last that cut them which it
-- is (0: none did) and the ms until its window ends.
local wanted, cut, resets = tonumber(ARGV[1]), 0, 0
local many, longest = (#ARGV - 1) / 2, 0
local once = KEYS[many + 1]
-- A turn that is taken again, because its process ended, is not counted again.
local said = once and redis.call('GET', once)
if said then return cjson.decode(said) end
for n = 1, many do
  if wanted < 1 then break end
  local counter = KEYS[n]
  local most, window = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
  local room = math.max(0, most - (redis.call('INCRBY', counter, wanted) - wanted))
  local left = redis.call('PTTL', counter)
  if left < 0 then
    redis.call('PEXPIRE', counter, window)
    left = window
  end
  longest = math.max(longest, window)
  if room < wanted then wanted, cut, resets = room, n, left end
end
if once then redis.call('SET', once, cjson.encode({wanted, cut, resets}), 'PX', math.max(1, longest)) end
return {wanted, cut, resets}
