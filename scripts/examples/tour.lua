#!/usr/bin/env distsh
-- distsh: --store sample:1000
-- A tour of distsh. It runs on a store of 1,000 samples in memory, which is gone when it ends.

local function step(text) print("\n" .. text) end

-- Names and counts: list() gives one distribution after the other.
local ids, public = {}, 0
for d in distribution.list() do
  ids[#ids + 1] = d.id
  if d.github and d.github.gist.public then public = public + 1 end
end
print(string.format("list: %d distributions, %d of them public gists", #ids, public))

-- get gives a table; what is not touched goes back byte for byte.
local d
for _, id in ipairs(ids) do
  d = distribution.get(id)
  if d.github then break end
end
step("get: " .. d.id)
print("  name    " .. d.github.gist.name)
print("  public  " .. tostring(d.github.gist.public))

-- Edit, update, and see what changed.
local before = distribution.get(d.id)
d.github.gist.name = "tour.md"
d.github.gist.public = not d.github.gist.public
distribution.update(d)
step("edit and update:")
for _, change in ipairs(distribution.diff(before, distribution.get(d.id))) do
  print(string.format("  %-22s %s -> %s", change.path, change.old, change.new))
end

-- A mistake is found before anything is sent.
d.github.gist.name = 42
local ok, problem = pcall(distribution.update, d)
step("update, checked first:\n  " .. tostring(problem):gsub("^.-: ", ""))

-- Every write can be taken back.
for _, change in ipairs(distribution.undo()) do
  step("undo: " .. change.operation .. " of " .. change.id)
end
print("  the name is " .. distribution.get(d.id).github.gist.name .. " again")

-- All of them, 64 at a time.
local bar <close> = progress(#ids, "records")
local changed = 0
task.map(ids, function(id)
  local _, was_written = distribution.modify(id, function(d) d.share.name = "tour" end)
  if was_written then changed = changed + 1 end
  bar:add()
end, { concurrency = 64 })
bar:finish()
step(string.format("modify: %d records changed, 64 at a time", changed))
