-- The admissions of one subject, and the rule that limits them: dev.latchkey.auth.ratelimit.RateLog said again, in
-- its names and its order of judgement. Library.
--
-- A log is a table: latest (a stamp, or nil), keep_until (ms), stamps, and slotted, the counters of each quota above
-- EXACT_LIMIT: period (ms), index and count. A stamp is ms * PER_MILLI + n, which doubles hold exactly until 2255.
-- A quota is {limit = n, period = ms}.

local EXACT_LIMIT, SLOTS, PER_MILLI = 128, 64, 1000

local function empty_log()
  return {keep_until = 0, stamps = {}, slotted = {}}
end

local function millis_of(stamp)
  return math.floor(stamp / PER_MILLI)
end

local function width_of(period)
  return math.ceil(period * PER_MILLI / SLOTS)
end

-- From when on no window holds a sub-window.
local function forgets(slots, index)
  return math.ceil((index + 1) * width_of(slots.period) / PER_MILLI) + slots.period
end

-- The counters with a stamp more or less; they themselves stay as they are.
local function plus(slots, stamp, change)
  local slot = math.floor(stamp / width_of(slots.period))
  local changed, found = {period = slots.period, index = {}, count = {}}, false
  local function add(index, count)
    changed.index[#changed.index + 1] = index
    changed.count[#changed.count + 1] = count
  end
  for i, index in ipairs(slots.index) do
    if not found and index > slot and change > 0 then
      add(slot, change)
      found = true
    end
    if index == slot then
      add(index, math.max(0, slots.count[i] + change))
      found = true
    else
      add(index, slots.count[i])
    end
  end
  if not found and change > 0 then
    add(slot, change)
  end
  return changed
end

local function first_in(slots, millis)
  local oldest = math.floor((millis - slots.period) * PER_MILLI / width_of(slots.period))
  local from = 1
  while slots.index[from] and slots.index[from] < oldest do
    from = from + 1
  end
  return from
end

-- Without what no window that ends now or later can hold.
local function since(slots, millis)
  local from = first_in(slots, millis)
  return {period = slots.period, index = {unpack(slots.index, from)}, count = {unpack(slots.count, from)}}
end

-- The counters of a quota. Of one that is new to this log, by a change of configuration, what is known is counted.
local function slots_of(log, quota)
  for _, slots in ipairs(log.slotted) do
    if slots.period == quota.period then
      return slots
    end
  end
  local fresh = {period = quota.period, index = {}, count = {}}
  for _, stamp in ipairs(log.stamps) do
    fresh = plus(fresh, stamp, 1)
  end
  return fresh
end

local function slotted_window(slots, limit, millis)
  local from, total = first_in(slots, millis), 0
  for i = from, #slots.count do
    total = total + slots.count[i]
  end
  local left, room_at = total, millis
  for i = from, #slots.count do
    if slots.count[i] > 0 then
      left = left - slots.count[i]
      room_at = forgets(slots, slots.index[i])
      if left < limit then
        break
      end
    end
  end
  return total, room_at
end

-- How many admissions a window that ends now holds, and when it gains room.
local function window(log, quota, millis)
  if quota.limit > EXACT_LIMIT then
    return slotted_window(slots_of(log, quota), quota.limit, millis)
  end
  local count, room_at = 0, millis
  for i = #log.stamps, 1, -1 do
    local at = millis_of(log.stamps[i])
    if millis - at >= quota.period then
      break
    end
    count = count + 1
    if count <= quota.limit then
      room_at = at + quota.period
    end
  end
  return count, room_at
end

local function record_stamp(log, quotas, stamp)
  local keep, series = 0, {}
  for _, quota in ipairs(quotas) do
    log.keep_until = math.max(log.keep_until, millis_of(stamp) + quota.period)
    keep = math.max(keep, math.min(quota.limit, EXACT_LIMIT))
    if quota.limit > EXACT_LIMIT then
      local slots = since(plus(slots_of(log, quota), stamp, 1), millis_of(stamp))
      series[#series + 1] = slots
      log.keep_until = math.max(log.keep_until, forgets(slots, math.floor(stamp / width_of(slots.period))))
    end
  end
  local kept = math.min(#log.stamps, keep - 1)
  log.stamps = {unpack(log.stamps, #log.stamps - kept + 1)}
  log.stamps[kept + 1] = stamp
  log.slotted, log.latest = series, stamp
end

local function latest_millis(log, now)
  return log.latest and math.max(now, millis_of(log.latest)) or now
end

-- Admits one request if every quota allows it, and records it in the log. Answers the place of the tightest quota
-- (the one that refuses longest), how many more it admits, in how many ms it gains room, and the stamp, which a
-- refusal does not have.
local function admit(log, quotas, now)
  local millis = latest_millis(log, now)
  local refused
  for i, quota in ipairs(quotas) do
    local count, room_at = window(log, quota, millis)
    if count >= quota.limit and (not refused or room_at - now > refused.reset) then
      refused = {quota = i, remaining = 0, reset = room_at - now}
    end
  end
  if refused then
    return refused
  end
  local stamp = millis * PER_MILLI
  if log.latest then
    stamp = math.max(stamp, log.latest + 1)
  end
  record_stamp(log, quotas, stamp)
  local tightest
  for i, quota in ipairs(quotas) do
    local count, room_at = window(log, quota, millis)
    local remaining = math.max(0, quota.limit - count)
    if not tightest or remaining < tightest.remaining then
      tightest = {quota = i, remaining = remaining, reset = room_at - now, stamp = stamp}
    end
  end
  return tightest
end

-- Takes one admission out again, once; answers whether it was there.
local function refund(log, stamp)
  for i, there in ipairs(log.stamps) do
    if there == stamp then
      table.remove(log.stamps, i)
      for s, slots in ipairs(log.slotted) do
        log.slotted[s] = plus(slots, stamp, -1)
      end
      return true
    end
  end
  return false
end

-- A log as bytes: latest stamp (7), end (6), number of stamps (1), stamps (7 each), number of larger quotas (1), and
-- for each its period (5), number of counters (1), and for each counter its sub-window (7) and count (3). No bytes at
-- all for a log that never admitted anything.
local function pack_log(log)
  if not log.latest then
    return ''
  end
  local parts = {struct.pack('>i7i6B', log.latest, log.keep_until, #log.stamps)}
  for _, stamp in ipairs(log.stamps) do
    parts[#parts + 1] = struct.pack('>i7', stamp)
  end
  parts[#parts + 1] = struct.pack('B', #log.slotted)
  for _, slots in ipairs(log.slotted) do
    parts[#parts + 1] = struct.pack('>I5B', slots.period, #slots.index)
    for i, index in ipairs(slots.index) do
      parts[#parts + 1] = struct.pack('>i7I3', index, slots.count[i])
    end
  end
  return table.concat(parts)
end

local function unpack_log(bytes)
  local log = empty_log()
  if bytes == '' then
    return log
  end
  local stamps, quotas, counters, at
  log.latest, log.keep_until, stamps, at = struct.unpack('>i7i6B', bytes)
  for i = 1, stamps do
    log.stamps[i], at = struct.unpack('>i7', bytes, at)
  end
  quotas, at = struct.unpack('B', bytes, at)
  for q = 1, quotas do
    local slots = {index = {}, count = {}}
    slots.period, counters, at = struct.unpack('>I5B', bytes, at)
    for i = 1, counters do
      slots.index[i], slots.count[i], at = struct.unpack('>i7I3', bytes, at)
    end
    log.slotted[q] = slots
  end
  return log
end
