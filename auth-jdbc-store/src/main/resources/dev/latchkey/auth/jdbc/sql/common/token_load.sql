select token_id, keep_until from ${tables}revoked_tokens where account_id = :account
