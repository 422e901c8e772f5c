update ${tables}surges
set failures = :failures, on_until = :onUntil, keep_until = :keepUntil
where subject = :subject
