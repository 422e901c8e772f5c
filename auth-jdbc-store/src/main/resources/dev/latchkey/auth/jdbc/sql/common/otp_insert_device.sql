insert into ${tables}known_devices
  (identity, lane, device_id, failures, last_failure_at, penalty, penalty_until, lock_id,
   known_until, position)
values (:identity, :lane, :device, :failures, :lastFailureAt, :penalty, :penaltyUntil, :lock,
        :knownUntil, :position)
