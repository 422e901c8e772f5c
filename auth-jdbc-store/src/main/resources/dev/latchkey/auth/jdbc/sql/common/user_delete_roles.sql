delete from ${tables}user_roles where user_id = :id
