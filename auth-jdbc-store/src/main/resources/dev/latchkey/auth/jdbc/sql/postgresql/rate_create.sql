-- Makes the log of a subject if there is none, so that there is one to lock.
insert into ${tables}rate_limits (subject, admissions, keep_until)
values (:subject, :admissions, :epoch)
on conflict (subject) do nothing
