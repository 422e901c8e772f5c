-- Makes the surge of a subject if there is none, so that there is one to lock.
insert into ${tables}surges (subject, failures, on_until, keep_until)
values (:subject, :failures, :onUntil, :epoch)
on conflict (subject) do nothing
