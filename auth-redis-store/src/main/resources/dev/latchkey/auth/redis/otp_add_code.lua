-- Adds a code to a live challenge.
-- KEYS  the record of the identifier
-- ARGV  now in ms, rules (see sign_in.lua), challenge, device or '', hash of the code, created at, expires at
-- returns {'opened'}, {'locked', until, lock}, {'early', when a code may come} or {'gone'}

local now, rules, record = check_clock(ARGV[1]), read_rules(ARGV[2]), read_sign_in(KEYS[1])
local code = {ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])}
local answer, changed = add_code(record, ARGV[3], code, ARGV[4], rules, now)
keep_sign_in(KEYS[1], record, rules, now, changed)
return answer
