-- A migration is begun for the first time.
-- version, description, checksum
insert into ${tables}schema_history (version, description, checksum, installed_at, success)
values (:version, :description, :checksum, ${now}, false)
