-- The sessions of an account, as its record has them. Changes nothing.
-- KEYS  the record of the account
-- ARGV  now in ms
-- returns the sessions, also such as have ended

check_clock(ARGV[1])
return read_sessions(KEYS[1])[SESSIONS]
