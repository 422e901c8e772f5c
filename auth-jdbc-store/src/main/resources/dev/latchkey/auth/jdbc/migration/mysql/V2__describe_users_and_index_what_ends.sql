-- How users prove who they are, a number to call them, and what purge needs to find what is over.
-- An instance of the release before goes on meanwhile: it names the columns that it writes.
-- MySQL has no "if not exists" here: after a crash, what is there already is passed by.
-- placeholders: tables (schema, dot and prefix), prefix

create index ${prefix}lockouts_keep_idx on ${tables}lockouts (keep_until);
create index ${prefix}session_accounts_keep_idx on ${tables}session_accounts (keep_until);
create index ${prefix}sessions_expires_idx on ${tables}sessions (expires_at);
create index ${prefix}revoked_tokens_keep_idx on ${tables}revoked_tokens (keep_until);
create index ${prefix}revocations_keep_idx on ${tables}revocations (keep_until);
create index ${prefix}rate_limits_keep_idx on ${tables}rate_limits (keep_until);

alter table ${tables}users
  add column auth_provider varchar(32) not null default 'email' comment 'How the user proves who it is; email: by a code that is mailed',
  add column phone varchar(16) comment 'In E.164, with the plus; written by the application, never read here';
