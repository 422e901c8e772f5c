-- How users prove who they are, a number to call them, and what purge needs to find what is over.
-- An instance of the release before goes on meanwhile: it names the columns that it writes.
-- An index keeps writers away while it is made. Where a table is large, make it beforehand, by its
-- name here, with "create index concurrently".
-- placeholders: tables (schema, dot and prefix), prefix

create index if not exists ${prefix}lockouts_keep_idx on ${tables}lockouts (keep_until);
create index if not exists ${prefix}session_accounts_keep_idx on ${tables}session_accounts (keep_until);
create index if not exists ${prefix}sessions_expires_idx on ${tables}sessions (expires_at);
create index if not exists ${prefix}revoked_tokens_keep_idx on ${tables}revoked_tokens (keep_until);
create index if not exists ${prefix}revocations_keep_idx on ${tables}revocations (keep_until);
create index if not exists ${prefix}rate_limits_keep_idx on ${tables}rate_limits (keep_until);

alter table ${tables}users
  add column auth_provider varchar(32) collate "C" not null default 'email',
  add column phone varchar(16) collate "C";
comment on column ${tables}users.auth_provider is 'How the user proves who it is; email: by a code that is mailed';
comment on column ${tables}users.phone is 'In E.164, with the plus; written by the application, never read here';
