-- What ended since a position in each stream, or the first part of it. Changes nothing.
-- KEYS  the streams
-- ARGV  how long a stream keeps an entry in ms, most entries of the answer, then for each stream a position: '' for
--       its beginning, or the history that it was read in, ':', and the id of the entry that was read last or ''
-- returns for each stream {position behind the entries, entries, 1 if something may be missing between,
--         1 if there is more behind the entries}

local kept, left, here = tonumber(ARGV[1]), tonumber(ARGV[2]), history()

local function ms(id)
  return tonumber(string.match(id, '^%d+'))
end

-- Whether all that could be missed since is too old to be told. By the server's clock too: a clock that went forward
-- and back has trimmed what was not old.
local function has_aged(from, newest)
  return ms(from) + kept < math.min(newest, server_time())
end

-- An entry that was read and has not aged is still there, in the history that it was read in.
local function since(stream, from)
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if not last then
    return '', {}, from ~= '' and not has_aged(from, math.huge), false
  end
  if from == last[1] or left == 0 then
    return from, {}, false, from ~= last[1]
  end
  local whole = from == '' or has_aged(from, ms(last[1]))
  local entries = redis.call('XRANGE', stream, whole and '-' or from, '+', 'COUNT', whole and left or left + 1)
  local known = not whole and table.remove(entries, 1)
  if not whole and not (known and known[1] == from) then
    return from, {}, true, false
  end
  left = left - #entries
  local read = #entries > 0 and entries[#entries][1] or from
  return read, entries, false, read ~= last[1]
end

-- A stream in which nothing was read can not show by itself that the server goes on without its last writes: the
-- records may have lost what no stream tells.
local function answer(stream, position)
  local was, from = string.match(position, '^(%x*):(.*)$')
  local read, entries, gap, more = since(stream, from or '')
  gap = gap or was ~= nil and was ~= here
  return {here .. ':' .. read, entries, gap and 1 or 0, more and 1 or 0}
end

local answers = {}
for i, stream in ipairs(KEYS) do
  answers[i] = answer(stream, ARGV[i + 2])
end
return answers
