-- Makes the row of an issuer if there is none. Version 0 is seen by nobody: what makes it version
-- 1 is in the same transaction.
-- Two at once: one fails, and tries again. A cast with a length would cut what is too long.
merge into ${tables}key_rings known
using (values (cast(:issuer as varchar))) wanted (issuer)
on known.issuer = wanted.issuer
when not matched then insert (issuer, version, identity_key, seal)
values (wanted.issuer, 0, :identityKey, :seal)
