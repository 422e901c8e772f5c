-- Bars an address, if it is not.
insert into ${tables}barred_emails (email, barred_at)
values (:email, ${now})
on conflict (email) do nothing
