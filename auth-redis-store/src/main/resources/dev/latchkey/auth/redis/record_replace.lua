-- Replaces a value if it is still of the version that the caller has read.
-- KEYS  the value
-- ARGV  the head (format and version) that it must begin with, empty if there must be none, and the new value
-- returns 1 if that is now kept, 0 if another version is there

check_deadline()
if redis.call('GETRANGE', KEYS[1], 0, 8) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
