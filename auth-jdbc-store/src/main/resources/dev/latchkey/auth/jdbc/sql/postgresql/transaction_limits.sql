-- What the server itself ends after so long, should this client never come back: a wait for a
-- lock, a statement, and a transaction that holds locks and says nothing.
set local lock_timeout = ${millis};
set local statement_timeout = ${millis};
set local idle_in_transaction_session_timeout = ${millis}
