-- Makes the row of an issuer if there is none. Version 0 is seen by nobody: what makes it version
-- 1 is in the same transaction.
-- Two at once: one fails, and tries again.
merge into ${tables}key_rings known
using (values (cast(:issuer as varchar(512)))) wanted (issuer)
on known.issuer = wanted.issuer
when not matched then insert (issuer, version, identity_key, seal)
values (wanted.issuer, 0, :identityKey, :seal)
