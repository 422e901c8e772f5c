-- What every script begins with. The last two of ARGV are the connection's, behind the script's own: by how many
-- ms a caller's time may differ from the server's (-1 for any), and the server's time in ms from which on the
-- caller has given up.

-- How long a key outlives what it says: the server drops keys by its own clock, which may be set forward, and a
-- replica that takes over has another one. Until then a lock is a lock.
local SLACK = 600000

-- What a replica has may be old, and what it is told goes nowhere: only a primary answers, with reads too.
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then
  error('READONLY', 0)
end

local function server_time()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Refuses a call whose caller has given up: it was reported as failed, and must not do anything any more.
local function check_deadline()
  if server_time() > tonumber(ARGV[#ARGV]) then
    error('LATE', 0)
  end
end

-- The time of the caller in ms. Refuses a caller whose clock is off, so that no wrong time is ever written.
local function check_clock(given)
  check_deadline()
  local now, skew = tonumber(given), tonumber(ARGV[#ARGV - 1])
  if skew >= 0 and math.abs(now - server_time()) > skew then
    error('CLOCK', 0)
  end
  return now
end

-- Names the history of writes that the server goes on with: another one after a fail-over and after a restart, either
-- of which may have lost the last of what was acknowledged. Refuses where there is no name: all histories would be one.
local function history()
  local name = string.match(replication, 'master_replid:(%x+)')
  if not name then
    error('HISTORY', 0)
  end
  return string.sub(name, 1, 16)
end

-- Keeps a value until it says nothing any more for somebody whose time it is now.
local function keep(key, value, expires_at, now)
  redis.call('SET', key, value, 'PX', math.max(1, expires_at - now) + SLACK)
end
