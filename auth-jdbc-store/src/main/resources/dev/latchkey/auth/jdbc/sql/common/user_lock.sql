select id from ${tables}users where email = :email for update
