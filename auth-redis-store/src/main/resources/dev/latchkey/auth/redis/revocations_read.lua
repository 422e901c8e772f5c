-- What ended since a position in each stream. Changes nothing.
-- KEYS  the streams
-- ARGV  how long a stream keeps an entry in ms, then for each stream a position: '' for its beginning, or the history
--       that it was read in, ':', and the id of the entry that was read last or ''
-- returns for each stream {its position now, entries, 1 if something may be missing between}

local kept, here = tonumber(ARGV[1]), history()

local function ms(id)
  return tonumber(string.match(id, '^%d+'))
end

-- An entry that was read and has not aged is still there, in the history that it was read in.
local function since(stream, from)
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if not last then
    return '', {}, from ~= '' and ms(from) + kept > server_time()
  end
  if from == last[1] then
    return from, {}, false
  end
  if from == '' or ms(from) + kept < ms(last[1]) then
    return last[1], redis.call('XRANGE', stream, '-', '+'), false
  end
  local entries = redis.call('XRANGE', stream, from, '+')
  local known = table.remove(entries, 1)
  return last[1], entries, not known or known[1] ~= from
end

-- A stream in which nothing was read can not show by itself that the server goes on without its last writes: the
-- records may have lost what no stream tells.
local function answer(stream, position)
  local was, from = string.match(position, '^(%x*):(.*)$')
  local newest, entries, gap = since(stream, from or '')
  gap = gap or was ~= nil and was ~= here
  return {here .. ':' .. newest, entries, gap and 1 or 0}
end

local answers = {}
for i, stream in ipairs(KEYS) do
  answers[i] = answer(stream, ARGV[i + 1])
end
return answers
