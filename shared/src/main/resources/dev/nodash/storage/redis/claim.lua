-- ARGV[2]: an owner, [3]: microseconds of a lease
-- answers: 0 fresh, 1 done, 2 in flight
local held = holder()
if held then
  return { held == 'done' and 1 or 2 }
end
hold(ARGV[2], tonumber(ARGV[3]))
return { 0 }
