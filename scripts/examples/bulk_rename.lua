-- Renames gists: distsh --dry-run bulk_rename.lua OLD NEW, and without --dry-run when the list is right.
-- OLD is a Lua pattern, NEW its replacement: bulk_rename.lua '%.txt$' '.md'
local old, new = ...
if not new then error("usage: bulk_rename.lua OLD NEW", 0) end

local ids = {}
for d in distribution.list() do
  if d.github and d.github.gist.name:find(old) then ids[#ids + 1] = d.id end
end

local bar <close> = progress(#ids, "renamed")
task.map(ids, function(id)
  distribution.modify(id, function(d)
    d.github.gist.name = d.github.gist.name:gsub(old, new)
  end, { on_conflict = "retry" })
  bar:add()
end, { concurrency = 16 })
print(#ids .. " renamed")
