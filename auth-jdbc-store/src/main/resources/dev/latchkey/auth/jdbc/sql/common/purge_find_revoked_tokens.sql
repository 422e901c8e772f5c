select account_id as one, token_id as other
from ${tables}revoked_tokens
where keep_until <= :now
order by keep_until
limit :most
for update skip locked
