-- Whether there is such a table.
-- schema: empty if none is configured
-- table: the name without it
select count(*) > 0
from information_schema.tables
where table_schema = coalesce(nullif(:schema, ''), database()) and table_name = :table
