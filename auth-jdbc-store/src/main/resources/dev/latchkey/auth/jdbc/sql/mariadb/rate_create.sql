-- Makes the log of a subject if there is none, so that there is one to lock.
-- Locks the row in either case, see otp_create.sql.
insert into ${tables}rate_limits (subject, admissions, keep_until)
values (:subject, :admissions, :epoch)
on duplicate key update keep_until = keep_until
