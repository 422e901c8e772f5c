select account_id as one, '' as other
from ${tables}session_accounts
where keep_until <= :now
order by keep_until
limit :most
for update skip locked
