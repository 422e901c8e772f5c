-- Makes the successor of a refresh token.
-- KEYS  the record of the account, the stream of its bucket
-- ARGV  now in ms, how long the stream keeps an entry in ms, session, generation, device or '', call, idle in ms,
--       window of retries in ms, tolerated skew in ms
-- returns {'rotated', session, 1 if the successor was there before}, {'wrong_device', session}, {'not_live'},
--         {'reused', ended sessions} or {'ahead'}; a session as its record has it

local now, record = check_clock(ARGV[1]), read_sessions(KEYS[1])
local answer, ended, changed = rotate_session(record, {
  session = ARGV[3], generation = tonumber(ARGV[4]), device = ARGV[5], call = ARGV[6], idle = tonumber(ARGV[7]),
  retry_window = tonumber(ARGV[8]),
}, tonumber(ARGV[9]), now)
tell_sessions(KEYS[2], ended, tonumber(ARGV[2]), now)
keep_sessions(KEYS[1], record, now, changed)
return answer
