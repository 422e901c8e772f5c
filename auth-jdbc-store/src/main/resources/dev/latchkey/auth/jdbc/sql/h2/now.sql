current_timestamp(3)
