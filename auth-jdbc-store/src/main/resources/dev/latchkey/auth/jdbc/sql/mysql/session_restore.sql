-- Gives the connection back as session_limits.sql found it, also if that did nothing.
set @@session.innodb_lock_wait_timeout =
      coalesce(@latchkey_lock_wait, @@session.innodb_lock_wait_timeout),
    @@session.sql_mode = coalesce(@latchkey_modes, @@session.sql_mode),
    @latchkey_lock_wait = null,
    @latchkey_modes = null
