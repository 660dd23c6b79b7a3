-- KEYS[1]: an event, whose value is its holder and the end of its time; the holder is an owner or 'done'
local function holder()
  local value = redis.call('GET', KEYS[1])
  if value then
    local name, ending = string.match(value, '^(%S+) (%d+)$')
    return now < tonumber(ending) and name
  end
end

local function hold(name, micros)
  local value = name .. ' ' .. string.format('%.0f', now + micros)
  redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', math.ceil(micros / 1000)))
end
