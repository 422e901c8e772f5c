-- A refresh in its usual course, in one statement: the newest token of a live session, shown by its
-- device, of an account where nothing is over that would have to be forgotten. Says again what
-- AccountSessions.rotate says of that case, and of no other: no row means that nothing was changed,
-- and that the account has to be locked and judged. Here it is not locked: what ends a session deletes
-- its row, and the update of a row that is gone finds none.
--
-- :now, :skewedNow   the time of the refresh, and the latest beginning of a session for it
-- answers the session afterwards, and the server's time
update ${tables}sessions
set generation = generation + 1, last_used_at = :now, idle_until = :idleUntil, last_call = :call
where account_id = :account and session_id = :session
  and device_id = :device and generation = :generation
  and idle_until > :now and expires_at > :now and created_at <= :skewedNow
  and not exists (select 1 from ${tables}sessions s
                  where s.account_id = :account and (s.idle_until <= :now or s.expires_at <= :now))
  and not exists (select 1 from ${tables}revoked_tokens t
                  where t.account_id = :account and t.keep_until <= :now)
returning session_id, device_id, generation, created_at, last_used_at, idle_until, expires_at,
          last_call, ip, user_agent, ${now} as server_time
