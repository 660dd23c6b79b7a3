-- KEYS[1]: an event, ARGV[1]: an owner
-- answers: 1 if it was the owner's else 0
local value = redis.call('GET', KEYS[1])
if value and string.match(value, '^%S+') == ARGV[1] then
  return { redis.call('DEL', KEYS[1]) }
end
return { 0 }
