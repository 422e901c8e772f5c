delete from ${tables}revocations where id = :first
