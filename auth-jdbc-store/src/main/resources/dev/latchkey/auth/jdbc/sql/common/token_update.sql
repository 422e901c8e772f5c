update ${tables}revoked_tokens
set keep_until = :keepUntil
where account_id = :account and token_id = :token
