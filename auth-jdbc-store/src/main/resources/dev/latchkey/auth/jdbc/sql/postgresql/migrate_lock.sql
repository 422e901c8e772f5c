-- One node at a time, until the transaction ends.
-- name: what is migrated
select 1 from pg_advisory_xact_lock(hashtextextended(cast(:name as text), 0))
