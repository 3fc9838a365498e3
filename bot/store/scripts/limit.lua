-- KEYS: counters
-- ARGV: how many more, then for each counter how many there may be in its window, and that in ms
-- What one lets through is counted by the next. Returns how many all let through, and of the last that cut them which it
-- is (0: none did) and the ms until its window ends.
local wanted, cut, resets = tonumber(ARGV[1]), 0, 0
for n, counter in ipairs(KEYS) do
  if wanted < 1 then break end
  local most, window = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
  local room = math.max(0, most - (redis.call('INCRBY', counter, wanted) - wanted))
  local left = redis.call('PTTL', counter)
  if left < 0 then
    redis.call('PEXPIRE', counter, window)
    left = window
  end
  if room < wanted then wanted, cut, resets = room, n, left end
end
return {wanted, cut, resets}
