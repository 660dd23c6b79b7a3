-- Calls of about 250 bytes from one of 1,000 users, each with a message id of its own, or batches of 100 such events. Arguments:
-- track, identify or batch, how
-- many tenants take turns, and which share of the calls, in hundredths, repeats one that was sent before. Ends with a line
-- of figures: requests/s, the 50th, 99th and 99.9th hundredth of the latency in microseconds, and how many calls failed.
local threads, run, n = 0, tostring(os.time()), 0

-- wrk runs this file once more in each of its threads; what is set here is a global there.
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  kind, tenants, repeats = arguments[1] or "track", tonumber(arguments[2] or 1), tonumber(arguments[3] or 0)
end

-- A batch is put together from pieces that are made once, so that the load generator leaves the processors to the server.
local events, pieces = 100, {}

local function batch()
  local first = run .. "-" .. number .. "-" .. n .. "-"
  for event = 1, events do
    pieces[3 * event] = first
  end
  return wrk.format("POST", "/v1/batch", {
    ["content-type"] = "application/json", ["x-tenant-id"] = "tenant1", ["x-api-key"] = "key-of-tenant1"
  }, table.concat(pieces))
end

for event = 1, events do
  pieces[3 * event - 1] = (event == 1 and '{"batch":[' or ',') .. '{"type":"track","event":"user_signup","userId":"user' .. event
    .. '","messageId":"'
  pieces[3 * event + 1] = event .. '","properties":{"plan":"premium","source":"web","value":12.5,"items":["a","b"]},'
    .. '"context":{"library":{"name":"bench","version":"1.0"}}}' .. (event == events and "]}" or "")
end
pieces[1] = ""

function request()
  n = n + 1
  if kind == "batch" then
    return batch()
  end
  -- Far enough back that it was answered.
  local id = n % 100 < repeats and n > 1000 and n - 1000 + repeats or n
  local message = '"userId":"user' .. id % 1000 .. '","messageId":"' .. run .. '-' .. number .. '-' .. id .. '",'
  local context = '"context":{"library":{"name":"bench","version":"1.0"}}}'
  local body = kind == "identify" and '{' .. message .. '"traits":{"plan":"premium","source":"web","visits":' .. n .. '},' .. context
    or '{"event":"user_signup",' .. message .. '"properties":{"plan":"premium","source":"web","value":12.5,"items":["a","b"]},' .. context
  local tenant = "tenant" .. 1 + id % tenants
  return wrk.format("POST", "/v1/" .. kind, {
    ["content-type"] = "application/json", ["x-tenant-id"] = tenant, ["x-api-key"] = "key-of-" .. tenant
  }, body)
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("figures %.1f %d %d %d %d", summary.requests / summary.duration * 1e6, latency:percentile(50),
    latency:percentile(99), latency:percentile(99.9),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
