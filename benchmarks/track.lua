-- One track call of about 250 bytes with a message id of its own, from one of 1,000 users.
local threads, run, n = 0, tostring(os.time()), 0

-- wrk runs this file once more in each of its threads; what is set here is a global there.
function setup(t)
  threads = threads + 1
  t:set("number", threads)
end

function request()
  n = n + 1
  local body = '{"event":"user_signup","userId":"user' .. n % 1000 .. '","messageId":"' .. run .. '-' .. number .. '-' .. n
    .. '","properties":{"plan":"premium","source":"web","value":12.5,"items":["a","b"]},'
    .. '"context":{"library":{"name":"bench","version":"1.0"}}}'
  return wrk.format("POST", "/v1/track", {
    ["content-type"] = "application/json", ["x-tenant-id"] = "tenant1", ["x-api-key"] = "demo-api-key-tenant1"
  }, body)
end
