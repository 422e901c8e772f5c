utc_timestamp(3)
