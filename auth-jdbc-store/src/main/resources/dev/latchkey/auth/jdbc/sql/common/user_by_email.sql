-- A row for each role, and one without for a user who has none.
select u.id, r.role
from ${tables}users u
left join ${tables}user_roles r on r.user_id = u.id
where u.email = :email
