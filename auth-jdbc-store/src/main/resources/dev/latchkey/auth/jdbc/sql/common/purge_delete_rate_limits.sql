delete from ${tables}rate_limits where subject = :first
