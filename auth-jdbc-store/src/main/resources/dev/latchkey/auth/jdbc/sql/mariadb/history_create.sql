create table if not exists ${tables}schema_history (
  version      int not null,
  description  varchar(200) not null,
  checksum     varchar(64) not null comment 'SHA-256 of the migration as its release ships it',
  installed_at datetime(3) not null,
  success      boolean not null comment 'False while it is being applied, and after a crash, which the next run repairs',
  constraint ${prefix}schema_history_pk primary key (version)
) engine = innodb, character set utf8mb4,
  comment = 'The migrations of these tables. Not to be written by hand'
