-- A sign-in in its usual course, in one statement: the right code of a live challenge, while nothing
-- holds the lane of its device up. Says again what SignInState.guess says of that case, and of no
-- other: no row means that nothing was changed, and that the transaction has to judge further.
--
-- A statement sees the rows of the moment at which it began, but for those that it waits for. So the
-- locked row of the identifier is compared with the one that is seen: if its version is another one,
-- something was changed meanwhile, and nothing is done. If not, all that is seen is as it is, since
-- every change of an identifier changes that version under that lock.
--
-- :identity, :challenge, :candidate   what was guessed, the candidate as its hash
-- :shown                              the device that came along; null if none did
-- :device, :knownUntil                the device that is known afterwards, and until when
-- :lock                               the name of the lock that a wrong guess would bring
-- :attempts, :maxOpen, :maxDevices, :fullLane, :memory   the rules; the last in milliseconds
-- :now, :skewedNow                    the time of the guess, and the latest beginning of a code for it
-- answers the server's time
with locked as materialized (
  select version from ${tables}lockouts where identity = :identity for update
), lockout as materialized (
  select l.*,
         (l.failures = 0 or l.last_failure_at <= :now - :memory * interval '1 millisecond')
           and l.penalty_until <= :now as forgotten
  from locked
  join ${tables}lockouts l on l.identity = :identity and l.version = locked.version
), codes as materialized (
  select * from ${tables}one_time_codes where identity = :identity
), devices as materialized (
  select * from ${tables}known_devices where identity = :identity
), own as materialized (
  select * from devices
  where device_id = cast(:shown as varchar) and known_until > :now
), lanes as materialized (
  select penalty, penalty_until, lock_id from lockout
  union all
  select penalty, penalty_until, lock_id from devices where known_until > :now
), lane as materialized (
  select penalty, penalty_until, failures from own
  union all
  select penalty, penalty_until, 0 from lockout where not exists (select 1 from own)
), right_code as materialized (
  select lockout.forgotten, exists (select 1 from own) as known
  from lockout, lane, codes guessed
  where guessed.challenge = :challenge and guessed.guesses < :attempts
    and (guessed.newest_hash = :candidate
           and guessed.newest_expires_at > :now and guessed.newest_created_at <= :skewedNow
         or guessed.previous_hash = :candidate
           and guessed.previous_expires_at > :now and guessed.previous_created_at <= :skewedNow)
    and (lane.penalty = 'NONE' or lane.penalty_until <= :now)
    and lane.failures < :fullLane
    and not exists (select 1 from lanes
                    where lock_id = :lock and penalty = 'LOCK' and penalty_until > :now)
    -- Where the bounds are reached the oldest goes, which is for the transaction to tell.
    and (select count(*) from codes) <= :maxOpen
    and (select count(*) from codes where challenge = :challenge) = 1
    and (select count(*) from devices
         where lane <> :device and device_id <> :device) < :maxDevices
), put_lockout as (
  update ${tables}lockouts l
  set failures = case when clears then 0 else l.failures end,
      last_failure_at = case when clears then timestamptz 'epoch' else l.last_failure_at end,
      penalty = case when clears then 'NONE' else l.penalty end,
      penalty_until = case when clears then timestamptz 'epoch' else l.penalty_until end,
      lock_id = case when clears then null else l.lock_id end,
      keep_until = greatest(l.keep_until, :knownUntil,
                            l.last_failure_at + :memory * interval '1 millisecond'),
      version = l.version + 1
  from (select forgotten or not known as clears from right_code) judged
  where l.identity = :identity
), delete_codes as (
  delete from ${tables}one_time_codes c
  using right_code
  where c.identity = :identity
    and (c.challenge = :challenge
         or greatest(c.newest_expires_at, c.previous_expires_at, c.oldest_expires_at) <= :now)
), delete_devices as (
  delete from ${tables}known_devices d
  using right_code
  where d.identity = :identity
    and (d.lane = :device or d.device_id = :device or d.known_until <= :now)
), put_device as (
  insert into ${tables}known_devices
    (identity, lane, device_id, failures, last_failure_at, penalty, penalty_until, known_until,
     position)
  select :identity, :device, :device, 0, timestamptz 'epoch', 'NONE', timestamptz 'epoch',
         :knownUntil, coalesce((select max(position) from devices), 0) + 1
  from right_code
)
select ${now} from right_code
