delete from ${tables}surges where subject = :first
