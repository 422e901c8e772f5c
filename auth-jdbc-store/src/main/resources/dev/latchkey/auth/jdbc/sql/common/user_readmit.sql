delete from ${tables}barred_emails where email = :email
