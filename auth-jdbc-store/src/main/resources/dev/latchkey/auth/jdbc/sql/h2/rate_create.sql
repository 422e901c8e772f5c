-- Makes the log of a subject if there is none, so that there is one to lock.
-- Two at once: one fails, and tries again.
merge into ${tables}rate_limits known
using (values (cast(:subject as varchar(240)))) wanted (subject)
on known.subject = wanted.subject
when not matched then insert (subject, admissions, keep_until)
values (wanted.subject, :admissions, :epoch)
