-- KEYS: calls
-- ARGV: entry, keep in ms
redis.call('RPUSH', KEYS[1], ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
