-- Gives the connection back as session_limits.sql found it.
set lock_timeout @latchkey_lock_wait;
set @latchkey_lock_wait = null
