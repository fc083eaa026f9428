-- Usage: get.lua COUNT CONCURRENCY [ID]: reads one distribution COUNT times.
local total, concurrency = tonumber(arg[1]), tonumber(arg[2])
local id = arg[3] or "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"

local function run(count)
  local seen = 0
  if concurrency == 1 then
    for _ = 1, count do
      if distribution.get(id).id == id then seen = seen + 1 end
    end
    return seen
  end
  local left = count
  local function next_id()
    if left == 0 then return nil end
    left = left - 1
    return id
  end
  for _, d, problem in distribution.get_many(next_id, { concurrency = concurrency, ordered = false }) do
    if problem then error(problem) end
    if d.id == id then seen = seen + 1 end
  end
  return seen
end

assert(run(total) == total)
