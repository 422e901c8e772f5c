-- Whether there is such a table. A setting of the database decides in which case names are kept.
-- schema: empty if none is configured
-- table: the name without it
select count(*) > 0
from information_schema.tables
where lower(table_schema) = lower(coalesce(nullif(cast(:schema as varchar), ''), schema()))
  and lower(table_name) = :table
