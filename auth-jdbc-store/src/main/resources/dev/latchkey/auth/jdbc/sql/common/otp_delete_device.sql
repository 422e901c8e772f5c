delete from ${tables}known_devices where identity = :identity and position = :position
