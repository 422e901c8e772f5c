-- Makes the row of an account if there is none, so that there is one to lock.
insert into ${tables}session_accounts (account_id, keep_until, version)
values (:account, :epoch, 0)
on conflict (account_id) do nothing
