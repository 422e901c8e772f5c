-- Takes a code back that nobody was sent.
-- KEYS  the record of the identifier
-- ARGV  now in ms, challenge, hash of the code
-- returns 1 if the code was there, 0 otherwise

local now, record = check_clock(ARGV[1]), read_sign_in(KEYS[1])
local answer, changed = withdraw(record, ARGV[2], ARGV[3])
keep_rest(KEYS[1], record, now, changed)
return answer
