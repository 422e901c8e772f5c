-- Reads a value. Changes nothing.
-- KEYS  the value
-- returns {it}, or {} if there is none

return {redis.call('GET', KEYS[1]) or nil}
