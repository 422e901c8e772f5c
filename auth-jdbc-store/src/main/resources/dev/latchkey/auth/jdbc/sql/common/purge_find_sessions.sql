select account_id as one, session_id as other
from ${tables}sessions
where expires_at <= :now
order by expires_at
limit :most
for update skip locked
