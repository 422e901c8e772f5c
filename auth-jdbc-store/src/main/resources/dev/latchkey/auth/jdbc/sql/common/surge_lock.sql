select failures, on_until, ${now} as server_time
from ${tables}surges
where subject = :subject
for update
