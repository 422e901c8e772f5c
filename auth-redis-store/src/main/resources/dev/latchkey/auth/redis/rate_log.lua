-- The admissions of one subject, and the rule that limits them: dev.latchkey.auth.ratelimit.RateLog said again, in
-- its names and its order of judgement. Library.
--
-- A log is a table: latest (a stamp, or nil), keep_until (ms), stamps (bytes, the oldest first), and slotted, the
-- counters of each quota above EXACT_LIMIT: period (ms), index and count. A stamp is ms * PER_MILLI + n, which
-- doubles hold exactly until 2255.
-- A quota is {limit = n, period = ms}.

local EXACT_LIMIT, SLOTS, PER_MILLI = 128, 64, 1000
local STAMP_BYTES = 7

local function empty_log()
  return {keep_until = 0, stamps = '', slotted = {}}
end

local function millis_of(stamp)
  return math.floor(stamp / PER_MILLI)
end

local function stamp_count(log)
  return #log.stamps / STAMP_BYTES
end

local function stamp_at(log, place)
  return (struct.unpack('>i7', log.stamps, (place - 1) * STAMP_BYTES + 1))
end

-- The place of the first stamp that is not less, or the one behind the last.
local function place_of(log, stamp)
  local low, high = 1, stamp_count(log) + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if stamp_at(log, middle) < stamp then
      low = middle + 1
    else
      high = middle
    end
  end
  return low
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
  local index, count, at = {unpack(slots.index)}, {unpack(slots.count)}, #slots.index
  while at > 0 and index[at] > slot do
    at = at - 1
  end
  if index[at] == slot then
    count[at] = math.max(0, count[at] + change)
  elseif change > 0 then
    table.insert(index, at + 1, slot)
    table.insert(count, at + 1, change)
  end
  return {period = slots.period, index = index, count = count}
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
  if from == 1 then
    return slots
  end
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
  for place = 1, stamp_count(log) do
    fresh = plus(fresh, stamp_at(log, place), 1)
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
  local newest = stamp_count(log)
  local oldest = place_of(log, (millis - quota.period + 1) * PER_MILLI)
  if oldest > newest then
    return 0, millis
  end
  local decides = math.max(oldest, newest - quota.limit + 1)
  return newest - oldest + 1, millis_of(stamp_at(log, decides)) + quota.period
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
  local older = math.min(stamp_count(log), keep - 1)
  local from = #log.stamps - older * STAMP_BYTES + 1
  log.stamps = string.sub(log.stamps, from) .. struct.pack('>i7', stamp)
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
  local place = place_of(log, stamp)
  if place > stamp_count(log) or stamp_at(log, place) ~= stamp then
    return false
  end
  local from = (place - 1) * STAMP_BYTES
  log.stamps = string.sub(log.stamps, 1, from) .. string.sub(log.stamps, from + STAMP_BYTES + 1)
  for i, slots in ipairs(log.slotted) do
    log.slotted[i] = plus(slots, stamp, -1)
  end
  return true
end

-- A log as bytes: latest stamp (7), end (6), number of stamps (1), stamps (7 each), number of larger quotas (1), and
-- for each its period (5), number of counters (1), their sub-windows (7 each) and their counts (3 each). No bytes at
-- all for a log that never admitted anything.
local function pack_all(kind, list)
  return struct.pack('>' .. string.rep(kind, #list), unpack(list))
end

local function pack_log(log)
  if not log.latest then
    return ''
  end
  local parts = {
    struct.pack('>i7i6B', log.latest, log.keep_until, stamp_count(log)), log.stamps, struct.pack('B', #log.slotted),
  }
  for _, slots in ipairs(log.slotted) do
    parts[#parts + 1] = struct.pack('>I5B', slots.period, #slots.index)
    parts[#parts + 1] = pack_all('i7', slots.index)
    parts[#parts + 1] = pack_all('I3', slots.count)
  end
  return table.concat(parts)
end

local function unpack_all(kind, count, bytes, at)
  local list = {struct.unpack('>' .. string.rep(kind, count), bytes, at)}
  return list, table.remove(list)
end

local function unpack_log(bytes)
  local log = empty_log()
  if bytes == '' then
    return log
  end
  local stamps, quotas, counters, at
  log.latest, log.keep_until, stamps, at = struct.unpack('>i7i6B', bytes)
  log.stamps = string.sub(bytes, at, at + stamps * STAMP_BYTES - 1)
  quotas, at = struct.unpack('B', bytes, at + stamps * STAMP_BYTES)
  for q = 1, quotas do
    local slots = {}
    slots.period, counters, at = struct.unpack('>I5B', bytes, at)
    slots.index, at = unpack_all('i7', counters, bytes, at)
    slots.count, at = unpack_all('I3', counters, bytes, at)
    log.slotted[q] = slots
  end
  return log
end
