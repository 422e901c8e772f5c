-- What the server itself ends after so long, should this client never come back: a wait for a
-- lock, and a transaction that holds locks and says nothing. And nothing is cut to fit a column, or
-- a name could be kept that is another's. There is no "set local" here: the values of before are
-- kept for session_restore.sql.
set @latchkey_lock_wait = @@session.innodb_lock_wait_timeout,
    @latchkey_idle = @@session.idle_transaction_timeout,
    @latchkey_modes = @@session.sql_mode,
    @@session.innodb_lock_wait_timeout = ${seconds},
    @@session.idle_transaction_timeout = ${seconds},
    @@session.sql_mode = concat_ws(',', @@session.sql_mode, 'STRICT_TRANS_TABLES')
