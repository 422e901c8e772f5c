-- How an identifier stands for a device. Changes nothing.
-- KEYS  the record of the identifier
-- ARGV  now in ms, rules (see sign_in.lua), challenge, device or ''
-- returns {kind of penalty, until, its lock or '', name of the device's lane or '', when a resend may come or -1}

local now = check_clock(ARGV[1])
return sign_in_status(read_sign_in(KEYS[1]), ARGV[3], ARGV[4], read_rules(ARGV[2]), now)
