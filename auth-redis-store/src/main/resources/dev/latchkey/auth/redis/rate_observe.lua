-- Counts a failure of anybody, and tells until when failures are a surge: dev.latchkey.auth.ratelimit.Surge said again.
-- KEYS  the surge
-- ARGV  now in ms, period in ms, on, off, calm in ms, the largest limit that a quota can have
-- returns until when the surge is on, in ms

local now = check_clock(ARGV[1])
local period, on, off, calm, most =
  tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local surge = read_surge(KEYS[1])
local count = most - admit(surge.failures, {{limit = most, period = period}}, now).remaining
if count > on or (now < surge.on_until and count >= off) then
  surge.on_until = math.max(surge.on_until, now + period + calm)
end
keep_surge(KEYS[1], surge, now)
return surge.on_until
