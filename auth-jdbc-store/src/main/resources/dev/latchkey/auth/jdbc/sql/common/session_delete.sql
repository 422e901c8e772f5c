delete from ${tables}sessions where account_id = :account and session_id = :session
