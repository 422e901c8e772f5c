-- The newest stays: it tells the readers of the table that it is the one they have read.
select id as one, '' as other
from ${tables}revocations
where keep_until <= :now
  and id < (select max(id) from ${tables}revocations)
order by keep_until
limit :most
for update skip locked
