delete from ${tables}signing_keys where issuer = :issuer
