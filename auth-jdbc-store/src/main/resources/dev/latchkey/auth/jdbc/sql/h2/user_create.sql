-- Makes an account for an address that has none.
-- Two at once: one fails, and tries again.
merge into ${tables}users known
using (values (cast(:email as varchar(320)))) wanted (email)
on known.email = wanted.email
when not matched then insert (email, id, created_at)
values (wanted.email, :id, ${now})
