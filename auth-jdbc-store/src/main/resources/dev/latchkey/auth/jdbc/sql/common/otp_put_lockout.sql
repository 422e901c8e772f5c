-- Every change of an identifier ends here, also one of its codes or devices alone: a transaction
-- that still sees the row of before can not write another.
update ${tables}lockouts
set failures = :failures, last_failure_at = :lastFailureAt, penalty = :penalty,
    penalty_until = :penaltyUntil, lock_id = :lock, ceiling = :ceiling, keep_until = :keepUntil,
    version = version + 1
where identity = :identity
