create table if not exists ${tables}schema_history (
  version      integer not null,
  description  varchar(200) not null,
  checksum     varchar(64) not null,
  installed_at timestamp(3) with time zone not null,
  success      boolean not null,
  constraint ${prefix}schema_history_pk primary key (version)
);
comment on table ${tables}schema_history is 'The migrations of these tables. Not to be written by hand';
comment on column ${tables}schema_history.checksum is 'SHA-256 of the migration as its release ships it';
comment on column ${tables}schema_history.success is 'False while it is being applied, and after a crash, which the next run repairs'
