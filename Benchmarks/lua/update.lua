-- Usage: update.lua COUNT CONCURRENCY: replaces the records of a store in turn, COUNT times in all.
-- The record of update N gets "name N" as the name of its share.
local total, concurrency = tonumber(arg[1]), tonumber(arg[2])
local records = {}
for d in distribution.list() do records[#records + 1] = d end
-- An update of a record must have ended before its next one starts, so that the last name is the one that stays.
assert(concurrency <= #records)

local started = 0
local function next_number()
  if started == total then return nil end
  started = started + 1
  return started
end

task.map(next_number, function(number)
  local d = records[(number - 1) % #records + 1]
  d.share.name = "name " .. number
  distribution.update(d)
end, { concurrency = concurrency })
