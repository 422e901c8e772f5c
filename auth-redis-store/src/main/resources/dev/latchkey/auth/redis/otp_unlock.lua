-- Makes the bearer of an unlock token a known device.
-- KEYS  the record of the identifier
-- ARGV  now in ms, rules (see sign_in.lua), 1 if the grant is a lock, the grant, device or '', the device that
--       becomes known if that one is not usable
-- returns 'kept', 'replaced' or 'refused'

local now, rules, record = check_clock(ARGV[1]), read_rules(ARGV[2]), read_sign_in(KEYS[1])
local answer, changed = unlock(record, {
  for_lock = ARGV[3] == '1', grant = ARGV[4], device = ARGV[5], newcomer = ARGV[6],
}, rules, now)
keep_sign_in(KEYS[1], record, rules, now, changed)
return answer
