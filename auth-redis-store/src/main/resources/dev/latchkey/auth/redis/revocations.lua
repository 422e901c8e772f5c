-- Tells of what ended, in the stream of an account's bucket. Library of the session scripts that end something.
--
-- An entry's id is the time in milliseconds, or one more than its predecessor's if that is later, and a number
-- that is a hash of what it says: in another history, as after a fail-over, there is no entry of the same id.
-- Scripts tell before they write the record: a server undoes nothing, and if it refuses the entry, as without memory,
-- then nothing has ended. Entries go when the newest is so much later that nobody needs to hear of them; so does the stream.

local function tell(stream, now, kept, ...)
  local at = now
  local newest_entry = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if newest_entry then
    at = math.max(at, tonumber(string.match(newest_entry[1], '^%d+')) + 1)
  end
  local hash = tonumber(string.sub(redis.sha1hex(table.concat({...}, ' ')), 1, 13), 16)
  local id = string.format('%.0f-%.0f', at, hash)
  redis.call('XADD', stream, 'MINID', '~', string.format('%.0f', math.max(0, at - kept)), id, ...)
  redis.call('PEXPIRE', stream, kept)
end
