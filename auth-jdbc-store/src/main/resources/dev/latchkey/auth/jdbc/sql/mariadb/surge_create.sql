-- Makes the surge of a subject if there is none, so that there is one to lock.
-- Locks the row in either case, see otp_create.sql.
insert into ${tables}surges (subject, failures, on_until, keep_until)
values (:subject, :failures, :onUntil, :epoch)
on duplicate key update keep_until = keep_until
