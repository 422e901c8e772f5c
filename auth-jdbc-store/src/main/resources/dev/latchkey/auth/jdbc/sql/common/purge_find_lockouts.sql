select identity as one, '' as other
from ${tables}lockouts
where keep_until <= :now
order by keep_until
limit :most
for update skip locked
