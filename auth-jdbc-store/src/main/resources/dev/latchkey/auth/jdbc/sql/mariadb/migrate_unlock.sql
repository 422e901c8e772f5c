-- The next node.
-- name: as in migrate_lock.sql
select coalesce(release_lock(concat('latchkey_', md5(concat(coalesce(database(), ''), ' ', :name)))), 0)
