delete from ${tables}one_time_codes where identity = :identity and position = :position
