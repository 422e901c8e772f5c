-- Gives the connection back as session_limits.sql found it, also if that did nothing.
set lock_timeout coalesce(@latchkey_lock_wait, lock_timeout());
set @latchkey_lock_wait = null
