delete from ${tables}sessions where account_id = :first and session_id = :second
