select 1 from ${tables}barred_emails where email = :email
