-- Until when failures are a surge. Changes nothing.
-- KEYS  the surge
-- returns until when it is on, in ms; 0 if it never was

return read_surge(KEYS[1]).on_until
