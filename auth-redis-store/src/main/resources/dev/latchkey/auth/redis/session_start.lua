-- Begins a session; of too many the oldest end.
-- KEYS  the record of the account, the stream of its bucket
-- ARGV  now in ms, how long the stream keeps an entry in ms, most sessions, and the session as its record has it:
--       id, device, generation, created at, last used at, idle until, expires at, last call, two texts
-- returns the sessions that had to go

local now, record = check_clock(ARGV[1]), read_sessions(KEYS[1])
local session = {
  ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]),
  ARGV[11], ARGV[12], ARGV[13],
}
local gone, changed = start_session(record, session, tonumber(ARGV[3]), now)
tell_sessions(KEYS[2], gone, tonumber(ARGV[2]), now)
keep_sessions(KEYS[1], record, now, changed)
return gone
