delete from ${tables}lockouts where identity = :first
