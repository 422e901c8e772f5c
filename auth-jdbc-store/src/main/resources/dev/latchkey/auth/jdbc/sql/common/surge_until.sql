select on_until from ${tables}surges where subject = :subject
