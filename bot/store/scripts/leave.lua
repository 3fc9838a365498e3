-- KEYS: ready
-- ARGV: group, consumer. Whatever it still holds is given to the others at once; only then it is removed.
local ready, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local given = 0
while true do
  local held = redis.call('XPENDING', ready, group, '-', '+', 100, consumer)
  for _, about in ipairs(held) do
    local entry = redis.call('XRANGE', ready, about[1], about[1])[1]
    if entry then redis.call('XADD', ready, '*', unpack(entry[2])) end
    redis.call('XACK', ready, group, about[1])
    redis.call('XDEL', ready, about[1])
    given = given + 1
  end
  if #held < 100 then break end
end
redis.call('XGROUP', 'DELCONSUMER', ready, group, consumer)
return given
