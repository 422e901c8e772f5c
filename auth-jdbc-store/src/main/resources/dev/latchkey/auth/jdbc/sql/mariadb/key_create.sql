-- Makes the row of an issuer if there is none. Version 0 is seen by nobody: what makes it version
-- 1 is in the same transaction.
-- Locks the row in either case, see otp_create.sql.
insert into ${tables}key_rings (issuer, version, identity_key, seal)
values (:issuer, 0, :identityKey, :seal)
on duplicate key update version = version
