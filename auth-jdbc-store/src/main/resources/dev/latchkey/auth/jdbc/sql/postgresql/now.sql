clock_timestamp()
