-- Ends sessions or a token.
-- KEYS  the record of the account, the stream of its bucket
-- ARGV  now in ms, how long the stream keeps an entry in ms, most ended tokens,
--       'one', 'others', 'all_by', 'all' or 'token', the session or token or '', until when a token is remembered
-- returns the sessions that were live and now are ended

local now, kept, record = check_clock(ARGV[1]), tonumber(ARGV[2]), read_sessions(KEYS[1])
local scope = {kind = ARGV[4], name = ARGV[5], last = tonumber(ARGV[6])}
local told = record[ENDED_TOKENS][scope.name]
local ended, changed = end_scope(record, scope, tonumber(ARGV[3]), now)
tell_sessions(KEYS[2], ended, kept, now)
if scope.kind == 'token' and not (told and told >= scope.last) then
  tell(KEYS[2], now, kept, 'token', scope.name, 'until', ARGV[6])
end
keep_sessions(KEYS[1], record, now, changed)
return ended
