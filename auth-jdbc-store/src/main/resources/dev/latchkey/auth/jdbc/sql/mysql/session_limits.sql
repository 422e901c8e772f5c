-- As on MariaDB, but that MySQL ends no transaction which says nothing.
set @latchkey_lock_wait = @@session.innodb_lock_wait_timeout,
    @@session.innodb_lock_wait_timeout = ${seconds}
