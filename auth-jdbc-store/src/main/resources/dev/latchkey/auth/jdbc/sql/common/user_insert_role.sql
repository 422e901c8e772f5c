insert into ${tables}user_roles (user_id, role) values (:id, :role)
