-- Takes one admission out of a log, once, however often it is asked.
-- KEYS  the log
-- ARGV  the stamp of the admission
-- returns 1 if it was there, 0 otherwise

check_deadline()
local log = read_log(KEYS[1])
if not refund(log, tonumber(ARGV[1])) then
  return 0
end
redis.call('SET', KEYS[1], struct.pack('B', LOG_FORMAT) .. pack_log(log), 'KEEPTTL')
return 1
