update ${tables}rate_limits
set admissions = :admissions, keep_until = :keepUntil
where subject = :subject
