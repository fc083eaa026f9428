-- Usage: workers.lua COUNT: plans a change of each of COUNT distributions of the store, in workers.
local count = tonumber(arg[1])
local ids = {}
for d in distribution.list() do ids[#ids + 1] = d.id end

local taken = 0
local function next_id()
  if taken == count then return nil end
  taken = taken + 1
  return ids[taken % #ids + 1]
end

local changes = workers.map(next_id, function(id)
  local before, after = distribution.get(id), distribution.get(id)
  after.share.name = "a new name"
  distribution.validate(after)
  return #distribution.diff(before, after) + #json.pretty(after)
end)
assert(#changes == count)
