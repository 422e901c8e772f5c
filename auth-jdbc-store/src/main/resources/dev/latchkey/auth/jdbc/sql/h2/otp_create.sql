-- Makes the row of an identifier if there is none. Two at once: one fails, and tries again.
merge into ${tables}lockouts known
using (values (cast(:identity as varchar(43)))) wanted (identity)
on known.identity = wanted.identity
when not matched then insert
  (identity, failures, last_failure_at, penalty, penalty_until, ceiling, keep_until, version)
values (wanted.identity, 0, :epoch, 'NONE', :epoch, :ceiling, :epoch, 0)
