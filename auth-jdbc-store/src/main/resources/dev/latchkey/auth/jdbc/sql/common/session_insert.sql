insert into ${tables}sessions
  (account_id, session_id, device_id, generation, created_at, last_used_at, idle_until, expires_at,
   last_call, ip, user_agent, position)
values (:account, :session, :device, :generation, :createdAt, :lastUsedAt, :idleUntil, :expiresAt,
        :call, :ip, :userAgent, :position)
