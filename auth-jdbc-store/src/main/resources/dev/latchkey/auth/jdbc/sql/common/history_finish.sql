-- All statements of a migration are done.
-- version
update ${tables}schema_history
set installed_at = ${now}, success = true
where version = :version
