select root_id, created_at, sealed_key from ${tables}root_keys where issuer = :issuer
