-- What has a number below that of a position, and may have appeared after it was read.
select id, kind, name, keep_until
from ${tables}revocations
where settled_at >= :readAt and id < :from and id > :after
order by id
limit :page
