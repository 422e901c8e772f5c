-- The records of the rate limits as values of keys: one byte of format, and a log; a surge has until when it is on
-- (6 bytes, ms) between the two. Library of the scripts of the rate limits.

local LOG_FORMAT, SURGE_FORMAT = 1, 2

local function read_bytes(key, format)
  local bytes = redis.call('GET', key)
  if bytes and string.byte(bytes) ~= format then
    error('FORMAT', 0)
  end
  return bytes
end

local function read_log(key)
  local bytes = read_bytes(key, LOG_FORMAT)
  return bytes and unpack_log(string.sub(bytes, 2)) or empty_log()
end

local function keep_log(key, log, now)
  keep(key, struct.pack('B', LOG_FORMAT) .. pack_log(log), log.keep_until, now)
end

local function read_surge(key)
  local bytes = read_bytes(key, SURGE_FORMAT)
  if not bytes then
    return {on_until = 0, failures = empty_log()}
  end
  return {on_until = struct.unpack('>i6', bytes, 2), failures = unpack_log(string.sub(bytes, 8))}
end

local function keep_surge(key, surge, now)
  local value = struct.pack('>Bi6', SURGE_FORMAT, surge.on_until) .. pack_log(surge.failures)
  keep(key, value, math.max(surge.on_until, surge.failures.keep_until), now)
end
