-- The row that a node locks while it migrates: a change of a table commits by itself here, and
-- would give up any lock of its own connection.
merge into ${tables}schema_history history
using (values (0)) wanted (version)
on history.version = wanted.version
when not matched then insert (version, description, checksum, installed_at, success)
values (wanted.version, 'locked by the node that migrates', '', ${now}, true)
