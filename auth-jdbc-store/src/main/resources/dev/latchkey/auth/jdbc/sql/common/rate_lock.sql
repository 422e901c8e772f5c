-- Locks the logs of some subjects in the order of their keys, which is the order for everybody.
select subject, admissions, ${now} as server_time
from ${tables}rate_limits
where subject in (<subjects>)
order by subject
for update
