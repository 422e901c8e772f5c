select token_id from ${tables}revoked_tokens where account_id = :account and keep_until <= :now
