-- Bars an address, if it is not.
-- Two at once: one fails, and tries again.
merge into ${tables}barred_emails known
using (values (cast(:email as varchar(320)))) wanted (email)
on known.email = wanted.email
when not matched then insert (email, barred_at)
values (wanted.email, ${now})
