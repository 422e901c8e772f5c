delete from ${tables}session_accounts where account_id = :first
