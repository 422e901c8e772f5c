-- Forgets all known devices.
-- KEYS  the record of the identifier
-- ARGV  now in ms
-- returns how many there were

local now, record = check_clock(ARGV[1]), read_sign_in(KEYS[1])
local answer, changed = forget_devices(record)
keep_rest(KEYS[1], record, now, changed)
return answer
