-- One track call of about 250 bytes with a message id of its own, from one of 1,000 users.
local thread, run, n = 0, tostring(os.time()), 0

function setup(t)
  thread = thread + 1
  t:set("thread", thread)
end

function request()
  n = n + 1
  local body = '{"event":"user_signup","userId":"user' .. n % 1000 .. '","messageId":"' .. run .. '-' .. thread .. '-' .. n
    .. '","properties":{"plan":"premium","source":"web","value":12.5,"items":["a","b"]},'
    .. '"context":{"library":{"name":"bench","version":"1.0"}}}'
  return wrk.format("POST", "/v1/track", {
    ["content-type"] = "application/json", ["x-tenant-id"] = "tenant1", ["x-api-key"] = "demo-api-key-tenant1"
  }, body)
end
