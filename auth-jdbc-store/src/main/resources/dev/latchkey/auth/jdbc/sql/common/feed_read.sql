-- What has a number above that of a position, page by page.
select id, kind, name, keep_until
from ${tables}revocations
where id > :after
order by id
limit :page
