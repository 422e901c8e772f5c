delete from ${tables}known_devices where identity = :identity and lane = :lane
