-- Makes an account for an address that has none.
insert into ${tables}users (email, id, created_at)
values (:email, :id, ${now})
on conflict (email) do nothing
