-- Usage: workers.lua COUNT: reads, checks and formats distributions of the store in workers, COUNT in all.
local count = tonumber(arg[1])
local ids = {}
for d in distribution.list() do ids[#ids + 1] = d.id end

local taken = 0
local function next_id()
  if taken == count then return nil end
  taken = taken + 1
  return ids[taken % #ids + 1]
end

local sizes = workers.map(next_id, function(id)
  local d = distribution.get(id)
  distribution.validate(d)
  return #json.pretty(d)
end)
assert(#sizes == count)
