delete from ${tables}revoked_tokens where account_id = :first and token_id = :second
