-- All of an identifier, of one moment. A row for each challenge, one at least, with what is known
-- of the strangers beside it; then one for each device, told by its lane.
select ${now} as server_time, l.ceiling, l.keep_until,
       l.failures, l.last_failure_at, l.penalty, l.penalty_until, l.lock_id,
       null as lane, null as device_id, null as known_until, c.position,
       c.challenge, c.opened_at, c.guesses,
       c.newest_hash, c.newest_created_at, c.newest_expires_at,
       c.previous_hash, c.previous_created_at, c.previous_expires_at,
       c.oldest_hash, c.oldest_created_at, c.oldest_expires_at
from (select 1 as one) always
left join ${tables}lockouts l on l.identity = :identity
left join ${tables}one_time_codes c on c.identity = l.identity
union all
select null, null, null,
       d.failures, d.last_failure_at, d.penalty, d.penalty_until, d.lock_id,
       d.lane, d.device_id, d.known_until, d.position,
       null, null, null,
       null, null, null,
       null, null, null,
       null, null, null
from ${tables}known_devices d
where d.identity = :identity
order by position
