-- Compares a guess, and counts it if it was compared.
-- KEYS  the record of the identifier
-- ARGV  now in ms, rules (see sign_in.lua), challenge, 1 for a code of six digits, hash of the code, device or '',
--       the device that becomes known without one, the name of the lock that this guess may bring
-- returns {'right'}, {'wrong', failures, attempts left, kind of penalty, its ms, 1 for a known device},
--         {'expired'} or {'held', kind of penalty, until}

local now, rules, record = check_clock(ARGV[1]), read_rules(ARGV[2]), read_sign_in(KEYS[1])
local answer, changed = guess_code(record, {
  challenge = ARGV[3], six_digits = ARGV[4] == '1', candidate = ARGV[5], device = ARGV[6], newcomer = ARGV[7],
  lock = ARGV[8],
}, rules, now)
keep_sign_in(KEYS[1], record, rules, now, changed)
return answer
