-- Tells what changes in one record until Ctrl-C: distsh watch.lua ID [SECONDS]
local id, seconds = ...
if not id then error("usage: watch.lua ID [SECONDS]", 0) end
seconds = tonumber(seconds) or 2

local last = distribution.get(id)
log.info("watching " .. id)
while true do
  task.sleep(seconds)
  local now = distribution.find(id)
  if not now then
    print("deleted")
    break
  end
  for _, change in ipairs(distribution.diff(last, now)) do
    print(change.path, change.old, "->", change.new)
  end
  last = now
end
