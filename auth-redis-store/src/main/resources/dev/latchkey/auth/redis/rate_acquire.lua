-- Admits a request if every quota of every subject allows it; records it in all of their logs or in none.
-- KEYS  one log for each subject, in the order of ARGV's groups
-- ARGV  now in ms, then for each subject: number of quotas, (limit, period in ms)…
-- returns for each subject up to the first that refuses: {1 if it admits, place of the tightest quota from 0,
--         remaining, ms until it gains room, stamp or 0}

local now, at = check_clock(ARGV[1]), 1

local function next_number()
  at = at + 1
  return tonumber(ARGV[at])
end

local function next_quotas()
  local quotas = {}
  for i = 1, next_number() do
    quotas[i] = {limit = next_number(), period = next_number()}
  end
  return quotas
end

local logs, answers = {}, {}
for i, key in ipairs(KEYS) do
  logs[i] = read_log(key)
  local told = admit(logs[i], next_quotas(), now)
  answers[i] = {told.stamp and 1 or 0, told.quota - 1, told.remaining, told.reset, told.stamp or 0}
  if not told.stamp then
    return answers
  end
end
for i, key in ipairs(KEYS) do
  keep_log(key, logs[i], now)
end
return answers
