-- What ended since a position in each stream. Changes nothing.
-- KEYS  the streams
-- ARGV  how long a stream keeps an entry in ms, then for each stream the id of the entry that was read last, or ''
-- returns for each stream {id of its newest entry or '', entries, 1 if something may be missing between}

local kept = tonumber(ARGV[1])

local function ms(id)
  return tonumber(string.match(id, '^%d+'))
end

local function server_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- An entry that was read and has not aged is still there, in the history that it was read in.
local function since(stream, from)
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if not last then
    return {'', {}, (from == '' or ms(from) + kept <= server_ms()) and 0 or 1}
  end
  if from == last[1] then
    return {from, {}, 0}
  end
  if from == '' or ms(from) + kept < ms(last[1]) then
    return {last[1], redis.call('XRANGE', stream, '-', '+'), 0}
  end
  local entries = redis.call('XRANGE', stream, from, '+')
  local known = table.remove(entries, 1)
  return {last[1], entries, known and known[1] == from and 0 or 1}
end

local answers = {}
for i, stream in ipairs(KEYS) do
  answers[i] = since(stream, ARGV[i + 1])
end
return answers
