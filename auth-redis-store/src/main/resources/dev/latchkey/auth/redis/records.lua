-- Records that are values of one key: a cmsgpack array that begins with the number of its format. Library.

-- What can not be read is another release's, or nobody's: it is never taken for a record that is not there.
local function read_record(key, format)
  local value = redis.call('GET', key)
  if not value then
    return nil
  end
  local readable, record = pcall(cmsgpack.unpack, value)
  if not readable or type(record) ~= 'table' or record[1] ~= format then
    error('FORMAT', 0)
  end
  return record
end

-- Keeps a record for as long as it says something; at 0 it says nothing at all, and goes at once. Without an end it
-- has only lost something, and needs no longer than before.
local function keep_record(key, record, expires_at, now)
  if expires_at == 0 then
    redis.call('DEL', key)
  elseif expires_at then
    keep(key, cmsgpack.pack(record), expires_at, now)
  else
    redis.call('SET', key, cmsgpack.pack(record), 'KEEPTTL')
  end
end

local function filter(list, keeps)
  local kept = {}
  for _, item in ipairs(list) do
    if keeps(item) then
      kept[#kept + 1] = item
    end
  end
  return kept
end

local function newest(list, count)
  return {unpack(list, math.max(1, #list - count + 1))}
end
