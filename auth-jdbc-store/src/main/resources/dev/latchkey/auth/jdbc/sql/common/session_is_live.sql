-- Whether the session goes on (1) and whether the token was ended alone (1), of one moment.
select ${now} as server_time,
       (select count(*) from ${tables}sessions
        where account_id = :account and session_id = :session
          and idle_until > :now and expires_at > :now and created_at <= :skewedNow) as sessions,
       (select count(*) from ${tables}revoked_tokens
        where account_id = :account and token_id = :token) as tokens
