-- Whether there is such a table, whoever may read it.
-- schema: empty if none is configured
-- table: the name without it
select to_regclass(concat_ws('.', nullif(cast(:schema as text), ''), cast(:table as text))) is not null
