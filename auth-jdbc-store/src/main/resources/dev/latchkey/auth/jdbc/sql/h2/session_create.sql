-- Makes the row of an account if there is none, so that there is one to lock.
-- Two at once: one fails, and tries again.
merge into ${tables}session_accounts known
using (values (cast(:account as varchar(128)))) wanted (account_id)
on known.account_id = wanted.account_id
when not matched then insert (account_id, keep_until, version)
values (wanted.account_id, :epoch, 0)
