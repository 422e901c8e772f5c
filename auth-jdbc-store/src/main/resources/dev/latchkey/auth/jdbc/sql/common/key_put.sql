update ${tables}key_rings
set version = :version, identity_key = :identityKey, seal = :seal
where issuer = :issuer
