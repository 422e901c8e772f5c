-- Makes an account for an address that has none.
-- Locks the row in either case, see otp_create.sql.
insert into ${tables}users (email, id, created_at)
values (:email, :id, ${now})
on duplicate key update created_at = created_at
