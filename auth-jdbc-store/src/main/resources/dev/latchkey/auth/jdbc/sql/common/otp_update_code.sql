update ${tables}one_time_codes
set challenge = :challenge, opened_at = :openedAt, guesses = :guesses,
    newest_hash = :newestHash, newest_created_at = :newestCreatedAt,
    newest_expires_at = :newestExpiresAt,
    previous_hash = :previousHash, previous_created_at = :previousCreatedAt,
    previous_expires_at = :previousExpiresAt,
    oldest_hash = :oldestHash, oldest_created_at = :oldestCreatedAt,
    oldest_expires_at = :oldestExpiresAt
where identity = :identity and position = :position
