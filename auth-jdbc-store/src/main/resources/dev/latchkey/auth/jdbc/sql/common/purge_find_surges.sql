select subject as one, '' as other
from ${tables}surges
where keep_until <= :now
order by keep_until
limit :most
for update skip locked
