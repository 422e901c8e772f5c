-- A refresh in its usual course, in one statement: the newest token of a live session, shown by its
-- device. Says again what AccountSessions.rotate says of that case, and of no other: no row means
-- that nothing was changed, and that the transaction has to judge. The account is not locked: what
-- ends a session deletes its row, and the update of a row that is gone finds none.
--
-- The session is locked before the time is asked for: an update that waits for a transaction which
-- is rolled back in the end would go on by what was asked before it waited.
--
-- :now, :skewedNow     the time of the refresh, and the latest beginning of a session for it
-- :earliest, :latest   between them the server's time must be
-- :giveUpAt            the server's time from which on the caller has given up
-- answers the session afterwards
with locked as materialized (
  select session_id from ${tables}sessions
  where account_id = :account and session_id = :session
  for update
), rotated as (
  update ${tables}sessions s
  set generation = generation + 1, last_used_at = :now, idle_until = :idleUntil, last_call = :call
  from locked
  where s.account_id = :account and s.session_id = locked.session_id
    and device_id = :device and generation = :generation
    and idle_until > :now and expires_at > :now and created_at <= :skewedNow
    and case when locked.session_id is null then false
             else clock_timestamp() < :giveUpAt
                  and clock_timestamp() between :earliest and :latest end
  returning s.*
), forget_sessions as (
  delete from ${tables}sessions s
  using rotated
  where s.account_id = :account and s.session_id <> :session
    and (s.idle_until <= :now or s.expires_at <= :now)
), forget_tokens as (
  delete from ${tables}revoked_tokens t
  using rotated
  where t.account_id = :account and t.keep_until <= :now
)
select session_id, device_id, generation, created_at, last_used_at, idle_until, expires_at,
       last_call, ip, user_agent
from rotated
