delete from ${tables}revoked_tokens where account_id = :account and token_id = :token
