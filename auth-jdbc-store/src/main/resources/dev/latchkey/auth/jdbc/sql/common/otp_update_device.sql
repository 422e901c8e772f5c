update ${tables}known_devices
set lane = :lane, device_id = :device, failures = :failures, last_failure_at = :lastFailureAt,
    penalty = :penalty, penalty_until = :penaltyUntil, lock_id = :lock,
    known_until = :knownUntil
where identity = :identity and position = :position
