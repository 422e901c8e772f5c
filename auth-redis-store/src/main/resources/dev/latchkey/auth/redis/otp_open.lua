-- Opens a challenge.
-- KEYS  the record of the identifier
-- ARGV  now in ms, rules (see sign_in.lua), challenge, device or '', hash of its first code, created at, expires at
-- returns {'opened'} or {'locked', until, lock}

local now, rules, record = check_clock(ARGV[1]), read_rules(ARGV[2]), read_sign_in(KEYS[1])
local code = {ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])}
local answer, changed = open_challenge(record, ARGV[3], code, ARGV[4], rules, now)
keep_sign_in(KEYS[1], record, rules, now, changed)
return answer
