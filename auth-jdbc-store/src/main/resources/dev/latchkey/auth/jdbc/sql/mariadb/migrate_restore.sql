-- Gives the connection back as migrate_limits.sql found it.
set @@session.lock_wait_timeout = @latchkey_lock_wait
