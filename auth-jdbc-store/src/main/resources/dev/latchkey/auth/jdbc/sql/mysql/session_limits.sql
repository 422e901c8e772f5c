-- As on MariaDB, but that MySQL ends no transaction which says nothing.
set @latchkey_lock_wait = @@session.innodb_lock_wait_timeout,
    @latchkey_modes = @@session.sql_mode,
    @@session.innodb_lock_wait_timeout = ${seconds},
    @@session.sql_mode = concat_ws(',', @@session.sql_mode, 'STRICT_TRANS_TABLES')
