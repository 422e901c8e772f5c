-- A migration is begun again that was not finished.
-- version, description, checksum
update ${tables}schema_history
set description = :description, checksum = :checksum, installed_at = ${now}, success = false
where version = :version
