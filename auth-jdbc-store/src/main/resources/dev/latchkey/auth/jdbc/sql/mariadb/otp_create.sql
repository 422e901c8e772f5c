-- Makes the row of an identifier if there is none. It locks the row in either case: "insert ignore"
-- would take a shared lock first, and two that wait for more would wait for each other.
insert into ${tables}lockouts
  (identity, failures, last_failure_at, penalty, penalty_until, ceiling, keep_until, version)
values (:identity, 0, :epoch, 'NONE', :epoch, :ceiling, :epoch, 0)
on duplicate key update version = version
