-- What every transaction begins with. Whoever has waited for a lock is to see what was written under
-- it, whatever the isolation of the host's connections: above this one the server would undo all of
-- them each time one commits.
--
-- And what the server itself ends after so long, should this client never come back: a wait for a
-- lock, a statement, and a transaction that holds locks and says nothing.
set transaction isolation level read committed;
set local lock_timeout = ${millis};
set local statement_timeout = ${millis};
set local idle_in_transaction_session_timeout = ${millis}
