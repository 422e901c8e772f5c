-- Makes the row of an issuer if there is none. Version 0 is seen by nobody: what makes it version
-- 1 is in the same transaction.
insert into ${tables}key_rings (issuer, version, identity_key, seal)
values (:issuer, 0, :identityKey, :seal)
on conflict (issuer) do nothing
