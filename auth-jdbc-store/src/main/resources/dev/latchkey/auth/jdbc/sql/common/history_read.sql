-- The migrations that were begun here, in order.
select version, checksum, success
from ${tables}schema_history
where version > 0
order by version
