-- Makes the row of an account if there is none, so that there is one to lock.
-- Locks the row in either case, see otp_create.sql.
insert into ${tables}session_accounts (account_id, keep_until, version)
values (:account, :epoch, 0)
on duplicate key update version = version
