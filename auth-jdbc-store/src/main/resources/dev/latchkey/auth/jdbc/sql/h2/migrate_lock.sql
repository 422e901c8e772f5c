-- One node at a time, until the transaction ends.
-- name: what is migrated, said already by the name of the table
select version + 1 from ${tables}schema_history where version = 0 and :name is not null for update
