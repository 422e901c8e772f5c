update ${tables}known_devices
set device_id = :device, failures = :failures, last_failure_at = :lastFailureAt,
    penalty = :penalty, penalty_until = :penaltyUntil, lock_id = :lock,
    known_until = :knownUntil, position = :position
where identity = :identity and lane = :lane
