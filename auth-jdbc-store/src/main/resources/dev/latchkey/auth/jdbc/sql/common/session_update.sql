-- Only over the generation before: one that was reached meanwhile is not taken back.
update ${tables}sessions
set generation = :generation, last_used_at = :lastUsedAt, idle_until = :idleUntil,
    last_call = :call
where account_id = :account and session_id = :session and generation = :generation - 1
