-- All that Latchkey keeps. One record is one root row, which every change of it locks first, and
-- the rows that hang on it. No table holds a code, a token or a key in clear; addresses of people
-- are in users and barred_emails alone. Times are whole milliseconds, rounded down.
-- placeholders: tables (schema, dot and prefix), prefix

create table if not exists ${tables}users (
  id         varchar(128) not null comment 'The sub of access tokens; random, never personal data',
  email      varchar(320) not null comment 'In its identity form: lower case, domain in ASCII',
  created_at datetime(3) not null comment 'The first sign-in',
  constraint ${prefix}users_pk primary key (id),
  constraint ${prefix}users_email_key unique (email)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Who has signed in at least once';

create table if not exists ${tables}user_roles (
  user_id varchar(128) not null,
  role    varchar(64) not null,
  constraint ${prefix}user_roles_pk primary key (user_id, role),
  constraint ${prefix}user_roles_user_fk foreign key (user_id) references ${tables}users (id) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'What the next access token of a user says; case matters';

create table if not exists ${tables}barred_emails (
  email     varchar(320) not null,
  barred_at datetime(3) not null,
  constraint ${prefix}barred_emails_pk primary key (email)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Addresses that no code works for, known or not';

create table if not exists ${tables}lockouts (
  identity        varchar(43) not null comment 'A keyed hash of the address',
  failures        int not null comment 'Consecutive wrong codes',
  last_failure_at datetime(3) not null comment 'The latest wrong code; 1970 if there was none',
  penalty         varchar(8) not null comment 'NONE, DELAY or LOCK: what the latest wrong code brought',
  penalty_until   datetime(3) not null comment 'When that ends; 1970 if there was none. To unlock by hand set it to a past time',
  lock_id         varchar(22) comment 'The name of the lock, which unlock tokens are bound to',
  ceiling         mediumblob not null comment 'Packed times of all wrong codes in the window of the ceiling',
  keep_until      datetime(3) not null comment 'From when on the identifier may be forgotten, with its codes and devices',
  version         bigint not null comment 'One more at each change',
  constraint ${prefix}lockouts_pk primary key (identity)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'One row an identifier: how strangers fared who guessed its codes. Locked by every change of the identifier, also of its codes and devices';

create table if not exists ${tables}known_devices (
  identity        varchar(43) not null,
  lane            varchar(64) not null comment 'The lock that the device came by, or the device itself once it has signed in',
  device_id       varchar(43) not null comment 'A hash of the secret that the device keeps',
  failures        int not null,
  last_failure_at datetime(3) not null,
  penalty         varchar(8) not null,
  penalty_until   datetime(3) not null,
  lock_id         varchar(22),
  known_until     datetime(3) not null comment 'When the device is a stranger again',
  position        bigint not null comment 'The order in which devices became known',
  constraint ${prefix}known_devices_pk primary key (identity, position),
  constraint ${prefix}known_devices_identity_fk foreign key (identity) references ${tables}lockouts (identity) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Devices that signed in or were unlocked, each with failures of its own';

create table if not exists ${tables}one_time_codes (
  identity            varchar(43) not null,
  challenge           varchar(22) not null,
  opened_at           datetime(3) not null,
  guesses             int not null comment 'Wrong codes compared so far',
  newest_hash         varchar(43) not null comment 'A keyed hash; the key is in no table in clear',
  newest_created_at   datetime(3) not null,
  newest_expires_at   datetime(3) not null,
  previous_hash       varchar(43),
  previous_created_at datetime(3),
  previous_expires_at datetime(3),
  oldest_hash         varchar(43) comment 'Counts again only if the newest could not be mailed',
  oldest_created_at   datetime(3),
  oldest_expires_at   datetime(3),
  position            bigint not null comment 'The order in which challenges were opened',
  constraint ${prefix}one_time_codes_pk primary key (identity, position),
  constraint ${prefix}one_time_codes_identity_fk foreign key (identity) references ${tables}lockouts (identity) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'One row an open challenge: a request for a code and its resends, which share their guesses';

create table if not exists ${tables}session_accounts (
  account_id varchar(128) not null,
  keep_until datetime(3) not null,
  version    bigint not null,
  constraint ${prefix}session_accounts_pk primary key (account_id)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'One row an account with sessions, locked by every change of them but a refresh in its usual course';

create table if not exists ${tables}sessions (
  account_id   varchar(128) not null,
  session_id   varchar(64) not null,
  device_id    varchar(43) not null comment 'A hash of the secret that the device keeps',
  generation   bigint not null comment 'The number of the newest refresh token; the token itself is nowhere',
  created_at   datetime(3) not null,
  last_used_at datetime(3) not null,
  idle_until   datetime(3) not null comment 'When it ends unless it is refreshed',
  expires_at   datetime(3) not null comment 'When it ends whatever happens',
  last_call    varchar(255) not null comment 'The call that made the newest refresh token',
  ip           varchar(64) comment 'The address of the sign-in',
  user_agent   varchar(2048) comment 'What the client called itself; a backslash and four hexadecimal digits stand for a character that can not be kept',
  position     bigint not null comment 'The order in which sessions began',
  constraint ${prefix}sessions_pk primary key (account_id, session_id),
  constraint ${prefix}sessions_account_fk foreign key (account_id) references ${tables}session_accounts (account_id) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Sign-ins that go on. A row that is deleted is a session that has ended, with all of its tokens';

create table if not exists ${tables}revoked_tokens (
  account_id varchar(128) not null,
  token_id   varchar(512) not null comment 'The jti of the token',
  keep_until datetime(3) not null comment 'From when on no verifier accepts the token anyway',
  constraint ${prefix}revoked_tokens_pk primary key (account_id, token_id),
  constraint ${prefix}revoked_tokens_account_fk foreign key (account_id) references ${tables}session_accounts (account_id) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Access tokens that were ended alone, while their session goes on';

create table if not exists ${tables}revocations (
  id         bigint not null auto_increment,
  kind       varchar(8) not null comment 'SESSION or TOKEN',
  name       varchar(512) not null comment 'The session, or the jti of the token',
  keep_until datetime(3) not null,
  settled_at datetime(3) not null comment 'By when the transaction had committed, or never did',
  constraint ${prefix}revocations_pk primary key (id),
  index ${prefix}revocations_settled_idx (settled_at)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'What ended, for nodes that judge access tokens by a copy of it. Written in the transaction that ends';

create table if not exists ${tables}rate_limits (
  subject    varchar(240) not null comment 'action/who, where who is a keyed hash or an IP address',
  admissions mediumblob not null comment 'Packed times of the latest admissions',
  keep_until datetime(3) not null,
  constraint ${prefix}rate_limits_pk primary key (subject)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'One row a subject and action: when it was admitted';

create table if not exists ${tables}surges (
  subject    varchar(240) not null,
  failures   mediumblob not null,
  on_until   datetime(3) not null,
  keep_until datetime(3) not null,
  constraint ${prefix}surges_pk primary key (subject)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Failures of everybody, and until when they are a surge';

create table if not exists ${tables}key_rings (
  issuer       varchar(512) not null,
  version      bigint not null comment 'One more at each change',
  identity_key mediumblob not null comment 'Sealed; addresses are hashed under it',
  seal         mediumblob not null comment 'Binds all parts of the ring together',
  constraint ${prefix}key_rings_pk primary key (issuer)
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'The keys of an issuer, sealed under its master secrets. Whoever loses a ring loses all that was hashed or signed under it: back it up';

create table if not exists ${tables}key_ring_secrets (
  issuer      varchar(512) not null,
  secret_id   varchar(64) not null,
  wrapped_key mediumblob not null,
  constraint ${prefix}key_ring_secrets_pk primary key (issuer, secret_id),
  constraint ${prefix}key_ring_secrets_ring_fk foreign key (issuer) references ${tables}key_rings (issuer) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'The data key of a ring, wrapped under each master secret';

create table if not exists ${tables}root_keys (
  issuer     varchar(512) not null,
  root_id    int not null,
  created_at datetime(3) not null,
  sealed_key mediumblob not null,
  constraint ${prefix}root_keys_pk primary key (issuer, root_id),
  constraint ${prefix}root_keys_ring_fk foreign key (issuer) references ${tables}key_rings (issuer) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Sealed keys that the keys of every purpose are derived from';

create table if not exists ${tables}signing_keys (
  issuer       varchar(512) not null,
  kid          varchar(64) not null comment 'RFC 7638 thumbprint of the public key',
  algorithm    varchar(16) not null,
  published_at datetime(3) not null comment 'Since when the public key is in the JWKS',
  active_from  datetime(3) not null comment 'From when on it signs',
  sealed_key   mediumblob not null,
  constraint ${prefix}signing_keys_pk primary key (issuer, kid),
  constraint ${prefix}signing_keys_ring_fk foreign key (issuer) references ${tables}key_rings (issuer) on delete cascade
) engine = innodb, character set utf8mb4, collate utf8mb4_0900_bin,
  comment = 'Sealed key pairs that sign access tokens';
