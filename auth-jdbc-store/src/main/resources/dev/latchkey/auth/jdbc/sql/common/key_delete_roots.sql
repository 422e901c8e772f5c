delete from ${tables}root_keys where issuer = :issuer
