-- Gives the connection back as session_limits.sql found it.
set @@session.innodb_lock_wait_timeout = @latchkey_lock_wait,
    @@session.idle_transaction_timeout = @latchkey_idle,
    @@session.sql_mode = @latchkey_modes,
    @latchkey_lock_wait = null,
    @latchkey_idle = null,
    @latchkey_modes = null
