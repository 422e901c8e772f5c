-- Bars an address, if it is not.
-- Locks the row in either case, see otp_create.sql.
insert into ${tables}barred_emails (email, barred_at)
values (:email, ${now})
on duplicate key update barred_at = barred_at
