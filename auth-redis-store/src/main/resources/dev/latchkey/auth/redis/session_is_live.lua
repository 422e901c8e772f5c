-- Whether an access token counts. Changes nothing.
-- KEYS  the record of the account
-- ARGV  now in ms, session, token, tolerated skew in ms
-- returns 1 if it does, 0 otherwise

local now = check_clock(ARGV[1])
return is_live(read_sessions(KEYS[1]), ARGV[2], ARGV[3], tonumber(ARGV[4]), now) and 1 or 0
