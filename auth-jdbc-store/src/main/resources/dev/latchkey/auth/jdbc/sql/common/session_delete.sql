-- Only as it was read: one that was refreshed meanwhile is read again first.
delete from ${tables}sessions
where account_id = :account and session_id = :session and generation = :generation
