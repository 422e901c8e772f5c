insert into ${tables}revoked_tokens (account_id, token_id, keep_until)
values (:account, :token, :keepUntil)
