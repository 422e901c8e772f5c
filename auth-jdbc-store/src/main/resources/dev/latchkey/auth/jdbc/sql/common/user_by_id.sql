-- A row for each role, and one without for a user who has none; no row for who is barred.
select u.id, u.email, r.role
from ${tables}users u
left join ${tables}user_roles r on r.user_id = u.id
left join ${tables}barred_emails b on b.email = u.email
where u.id = :id and b.email is null
