-- How long a lock is waited for. There is no "set local" here: the value of before is kept for
-- session_restore.sql.
set @latchkey_lock_wait = lock_timeout();
set lock_timeout ${millis}
