select version, identity_key, seal from ${tables}key_rings where issuer = :issuer for update
