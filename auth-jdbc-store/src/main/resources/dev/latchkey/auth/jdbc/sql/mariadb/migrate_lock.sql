-- One node at a time, until it is released or the connection ends: 1, or 0 if it took too long.
-- name: what is migrated
select coalesce(get_lock(concat('latchkey_', md5(concat(coalesce(database(), ''), ' ', :name))), 60), 0)
