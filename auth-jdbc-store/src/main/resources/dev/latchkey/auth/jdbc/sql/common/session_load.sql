select session_id, device_id, generation, created_at, last_used_at, idle_until, expires_at,
       last_call, ip, user_agent, position
from ${tables}sessions
where account_id = :account
order by position
