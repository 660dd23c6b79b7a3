-- ARGV[1]: the time in microseconds since the epoch, empty for the server's own
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
