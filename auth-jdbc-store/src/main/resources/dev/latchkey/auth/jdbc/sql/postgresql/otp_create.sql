-- Makes the row of an identifier if there is none, so that there is one to lock. Waits for another
-- transaction that is making it.
insert into ${tables}lockouts
  (identity, failures, last_failure_at, penalty, penalty_until, ceiling, keep_until, version)
values (:identity, 0, :epoch, 'NONE', :epoch, :ceiling, :epoch, 0)
on conflict (identity) do nothing
