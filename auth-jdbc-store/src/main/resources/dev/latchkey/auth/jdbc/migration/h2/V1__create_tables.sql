-- All that Latchkey keeps. One record is one root row, which every change of it locks first, and
-- the rows that hang on it. No table holds a code, a token or a key in clear; addresses of people
-- are in users and barred_emails alone. Times are whole milliseconds, rounded down.
-- placeholders: tables (schema, dot and prefix), prefix

create table if not exists ${tables}users (
  id         varchar(128) not null,
  email      varchar(320) not null,
  created_at timestamp(3) with time zone not null,
  constraint ${prefix}users_pk primary key (id),
  constraint ${prefix}users_email_key unique (email)
);
comment on table ${tables}users is 'Who has signed in at least once';
comment on column ${tables}users.id is 'The sub of access tokens; random, never personal data';
comment on column ${tables}users.email is 'In its identity form: lower case, domain in ASCII';
comment on column ${tables}users.created_at is 'The first sign-in';

create table if not exists ${tables}user_roles (
  user_id varchar(128) not null,
  role    varchar(64) not null,
  constraint ${prefix}user_roles_pk primary key (user_id, role),
  constraint ${prefix}user_roles_user_fk foreign key (user_id) references ${tables}users (id) on delete cascade
);
comment on table ${tables}user_roles is 'What the next access token of a user says; case matters';

create table if not exists ${tables}barred_emails (
  email     varchar(320) not null,
  barred_at timestamp(3) with time zone not null,
  constraint ${prefix}barred_emails_pk primary key (email)
);
comment on table ${tables}barred_emails is 'Addresses that no code works for, known or not';

create table if not exists ${tables}lockouts (
  identity        varchar(43) not null,
  failures        integer not null,
  last_failure_at timestamp(3) with time zone not null,
  penalty         varchar(8) not null,
  penalty_until   timestamp(3) with time zone not null,
  lock_id         varchar(22),
  ceiling         varbinary not null,
  keep_until      timestamp(3) with time zone not null,
  version         bigint not null,
  constraint ${prefix}lockouts_pk primary key (identity)
);
comment on table ${tables}lockouts is 'One row an identifier: how strangers fared who guessed its codes. Locked by every change of the identifier, also of its codes and devices';
comment on column ${tables}lockouts.identity is 'A keyed hash of the address';
comment on column ${tables}lockouts.failures is 'Consecutive wrong codes';
comment on column ${tables}lockouts.last_failure_at is 'The latest wrong code; 1970 if there was none';
comment on column ${tables}lockouts.penalty is 'NONE, DELAY or LOCK: what the latest wrong code brought';
comment on column ${tables}lockouts.penalty_until is 'When that ends; 1970 if there was none. To unlock by hand set it to a past time';
comment on column ${tables}lockouts.lock_id is 'The name of the lock, which unlock tokens are bound to';
comment on column ${tables}lockouts.ceiling is 'Packed times of all wrong codes in the window of the ceiling';
comment on column ${tables}lockouts.keep_until is 'From when on the identifier may be forgotten, with its codes and devices';
comment on column ${tables}lockouts.version is 'One more at each change';

create table if not exists ${tables}known_devices (
  identity        varchar(43) not null,
  lane            varchar(64) not null,
  device_id       varchar(43) not null,
  failures        integer not null,
  last_failure_at timestamp(3) with time zone not null,
  penalty         varchar(8) not null,
  penalty_until   timestamp(3) with time zone not null,
  lock_id         varchar(22),
  known_until     timestamp(3) with time zone not null,
  position        bigint not null,
  constraint ${prefix}known_devices_pk primary key (identity, position),
  constraint ${prefix}known_devices_identity_fk foreign key (identity) references ${tables}lockouts (identity) on delete cascade
);
comment on table ${tables}known_devices is 'Devices that signed in or were unlocked, each with failures of its own';
comment on column ${tables}known_devices.lane is 'The lock that the device came by, or the device itself once it has signed in';
comment on column ${tables}known_devices.device_id is 'A hash of the secret that the device keeps';
comment on column ${tables}known_devices.known_until is 'When the device is a stranger again';
comment on column ${tables}known_devices.position is 'The order in which devices became known';

create table if not exists ${tables}one_time_codes (
  identity            varchar(43) not null,
  challenge           varchar(22) not null,
  opened_at           timestamp(3) with time zone not null,
  guesses             integer not null,
  newest_hash         varchar(43) not null,
  newest_created_at   timestamp(3) with time zone not null,
  newest_expires_at   timestamp(3) with time zone not null,
  previous_hash       varchar(43),
  previous_created_at timestamp(3) with time zone,
  previous_expires_at timestamp(3) with time zone,
  oldest_hash         varchar(43),
  oldest_created_at   timestamp(3) with time zone,
  oldest_expires_at   timestamp(3) with time zone,
  position            bigint not null,
  constraint ${prefix}one_time_codes_pk primary key (identity, position),
  constraint ${prefix}one_time_codes_identity_fk foreign key (identity) references ${tables}lockouts (identity) on delete cascade
);
comment on table ${tables}one_time_codes is 'One row an open challenge: a request for a code and its resends, which share their guesses';
comment on column ${tables}one_time_codes.guesses is 'Wrong codes compared so far';
comment on column ${tables}one_time_codes.newest_hash is 'A keyed hash; the key is in no table in clear';
comment on column ${tables}one_time_codes.oldest_hash is 'Counts again only if the newest could not be mailed';
comment on column ${tables}one_time_codes.position is 'The order in which challenges were opened';

create table if not exists ${tables}session_accounts (
  account_id varchar(128) not null,
  keep_until timestamp(3) with time zone not null,
  version    bigint not null,
  constraint ${prefix}session_accounts_pk primary key (account_id)
);
comment on table ${tables}session_accounts is 'One row an account with sessions, locked by every change of them but a refresh in its usual course';

create table if not exists ${tables}sessions (
  account_id   varchar(128) not null,
  session_id   varchar(64) not null,
  device_id    varchar(43) not null,
  generation   bigint not null,
  created_at   timestamp(3) with time zone not null,
  last_used_at timestamp(3) with time zone not null,
  idle_until   timestamp(3) with time zone not null,
  expires_at   timestamp(3) with time zone not null,
  last_call    varchar(255) not null,
  ip           varchar(64),
  user_agent   varchar(2048),
  position     bigint not null,
  constraint ${prefix}sessions_pk primary key (account_id, session_id),
  constraint ${prefix}sessions_account_fk foreign key (account_id) references ${tables}session_accounts (account_id) on delete cascade
);
comment on table ${tables}sessions is 'Sign-ins that go on. A row that is deleted is a session that has ended, with all of its tokens';
comment on column ${tables}sessions.device_id is 'A hash of the secret that the device keeps';
comment on column ${tables}sessions.generation is 'The number of the newest refresh token; the token itself is nowhere';
comment on column ${tables}sessions.idle_until is 'When it ends unless it is refreshed';
comment on column ${tables}sessions.expires_at is 'When it ends whatever happens';
comment on column ${tables}sessions.last_call is 'The call that made the newest refresh token';
comment on column ${tables}sessions.user_agent is 'What the client called itself; a backslash and four hexadecimal digits stand for a character that can not be kept';
comment on column ${tables}sessions.ip is 'The address of the sign-in';
comment on column ${tables}sessions.position is 'The order in which sessions began';

create table if not exists ${tables}revoked_tokens (
  account_id varchar(128) not null,
  token_id   varchar(512) not null,
  keep_until timestamp(3) with time zone not null,
  constraint ${prefix}revoked_tokens_pk primary key (account_id, token_id),
  constraint ${prefix}revoked_tokens_account_fk foreign key (account_id) references ${tables}session_accounts (account_id) on delete cascade
);
comment on table ${tables}revoked_tokens is 'Access tokens that were ended alone, while their session goes on';
comment on column ${tables}revoked_tokens.token_id is 'The jti of the token';
comment on column ${tables}revoked_tokens.keep_until is 'From when on no verifier accepts the token anyway';

create table if not exists ${tables}revocations (
  id         bigint generated always as identity,
  kind       varchar(8) not null,
  name       varchar(512) not null,
  keep_until timestamp(3) with time zone not null,
  settled_at timestamp(3) with time zone not null,
  constraint ${prefix}revocations_pk primary key (id)
);
create index if not exists ${prefix}revocations_settled_idx on ${tables}revocations (settled_at);
comment on table ${tables}revocations is 'What ended, for nodes that judge access tokens by a copy of it. Written in the transaction that ends';
comment on column ${tables}revocations.kind is 'SESSION or TOKEN';
comment on column ${tables}revocations.name is 'The session, or the jti of the token';
comment on column ${tables}revocations.settled_at is 'By when the transaction had committed, or never did';

create table if not exists ${tables}rate_limits (
  subject    varchar(240) not null,
  admissions varbinary not null,
  keep_until timestamp(3) with time zone not null,
  constraint ${prefix}rate_limits_pk primary key (subject)
);
comment on table ${tables}rate_limits is 'One row a subject and action: when it was admitted';
comment on column ${tables}rate_limits.subject is 'action/who, where who is a keyed hash or an IP address';
comment on column ${tables}rate_limits.admissions is 'Packed times of the latest admissions';

create table if not exists ${tables}surges (
  subject    varchar(240) not null,
  failures   varbinary not null,
  on_until   timestamp(3) with time zone not null,
  keep_until timestamp(3) with time zone not null,
  constraint ${prefix}surges_pk primary key (subject)
);
comment on table ${tables}surges is 'Failures of everybody, and until when they are a surge';

create table if not exists ${tables}key_rings (
  issuer       varchar(512) not null,
  version      bigint not null,
  identity_key varbinary not null,
  seal         varbinary not null,
  constraint ${prefix}key_rings_pk primary key (issuer)
);
comment on table ${tables}key_rings is 'The keys of an issuer, sealed under its master secrets. Whoever loses a ring loses all that was hashed or signed under it: back it up';
comment on column ${tables}key_rings.version is 'One more at each change';
comment on column ${tables}key_rings.identity_key is 'Sealed; addresses are hashed under it';
comment on column ${tables}key_rings.seal is 'Binds all parts of the ring together';

create table if not exists ${tables}key_ring_secrets (
  issuer      varchar(512) not null,
  secret_id   varchar(64) not null,
  wrapped_key varbinary not null,
  constraint ${prefix}key_ring_secrets_pk primary key (issuer, secret_id),
  constraint ${prefix}key_ring_secrets_ring_fk foreign key (issuer) references ${tables}key_rings (issuer) on delete cascade
);
comment on table ${tables}key_ring_secrets is 'The data key of a ring, wrapped under each master secret';

create table if not exists ${tables}root_keys (
  issuer     varchar(512) not null,
  root_id    integer not null,
  created_at timestamp(3) with time zone not null,
  sealed_key varbinary not null,
  constraint ${prefix}root_keys_pk primary key (issuer, root_id),
  constraint ${prefix}root_keys_ring_fk foreign key (issuer) references ${tables}key_rings (issuer) on delete cascade
);
comment on table ${tables}root_keys is 'Sealed keys that the keys of every purpose are derived from';

create table if not exists ${tables}signing_keys (
  issuer       varchar(512) not null,
  kid          varchar(64) not null,
  algorithm    varchar(16) not null,
  published_at timestamp(3) with time zone not null,
  active_from  timestamp(3) with time zone not null,
  sealed_key   varbinary not null,
  constraint ${prefix}signing_keys_pk primary key (issuer, kid),
  constraint ${prefix}signing_keys_ring_fk foreign key (issuer) references ${tables}key_rings (issuer) on delete cascade
);
comment on table ${tables}signing_keys is 'Sealed key pairs that sign access tokens';
comment on column ${tables}signing_keys.kid is 'RFC 7638 thumbprint of the public key';
comment on column ${tables}signing_keys.published_at is 'Since when the public key is in the JWKS';
comment on column ${tables}signing_keys.active_from is 'From when on it signs';
