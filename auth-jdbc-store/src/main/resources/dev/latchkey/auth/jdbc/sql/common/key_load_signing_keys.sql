select kid, algorithm, published_at, active_from, sealed_key
from ${tables}signing_keys
where issuer = :issuer
