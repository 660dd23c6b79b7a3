-- KEYS: budgets
-- ARGV[2]: microseconds of a sub-bucket, [3]: how many to take, [4..]: the limit of each budget
-- answers: 1 if taken else 0, and of the budget that decided: its limit, what is left, microseconds until more is free
local size, cost = tonumber(ARGV[2]), tonumber(ARGV[3])

-- in how many sub-buckets one counts: in its own and the 60 that follow
local counted = 61

-- counts[1] is the newest sub-bucket's, counts[2] that of the one before, and so on
local function read(key, limit)
  local budget = { key = key, limit = limit, newest = math.floor(now / size), counts = {}, used = 0 }
  local value = redis.call('GET', key)
  if value then
    local stored = cmsgpack.unpack(value)
    budget.newest = math.max(budget.newest, stored[1])
    local passed = math.min(budget.newest - stored[1], counted)
    for i = 1, passed do
      budget.counts[i] = 0
    end
    for i = passed + 1, math.min(passed + #stored - 1, counted) do
      local count = stored[i - passed + 1]
      budget.counts[i] = count
      budget.used = budget.used + count
    end
  end
  return budget
end

local function left(budget)
  return math.max(0, budget.limit - budget.used)
end

-- how long until the budget's sub-bucket counts no more
local function ending(budget, i)
  return (budget.newest - i + 1 + counted) * size - now
end

-- how long until that many more are free, or all are
local function freeing(budget, count)
  local free = 0
  for i = #budget.counts, 1, -1 do
    free = free + budget.counts[i]
    if free > 0 and (free >= count or free == budget.used) then
      return ending(budget, i)
    end
  end
  return 0
end

local function take(budget)
  budget.counts[1] = (budget.counts[1] or 0) + cost
  budget.used = budget.used + cost
  local stored = { budget.newest }
  for i, count in ipairs(budget.counts) do
    stored[i + 1] = count
  end
  local millis = math.ceil(ending(budget, 1) / 1000)
  redis.call('SET', budget.key, cmsgpack.pack(stored), 'PX', string.format('%.0f', millis))
end

local budgets, refusing, wait = {}, nil, 0
for i, key in ipairs(KEYS) do
  local budget = read(key, tonumber(ARGV[3 + i]))
  local missing = cost - left(budget)
  if missing > 0 and (not refusing or freeing(budget, missing) > wait) then
    refusing, wait = budget, freeing(budget, missing)
  end
  budgets[i] = budget
end
if refusing then
  return { 0, refusing.limit, left(refusing), wait }
end

local tightest
for _, budget in ipairs(budgets) do
  take(budget)
  if not tightest or left(budget) < left(tightest) then
    tightest = budget
  end
end
return { 1, tightest.limit, left(tightest), freeing(tightest, 1) }
