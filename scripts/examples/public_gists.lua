-- Lists the gists that anybody can read, newest first: distsh public_gists.lua
local found = {}
for d in distribution.list() do
  local gist = d.github and d.github.gist
  if gist and gist.public then
    found[#found + 1] = { id = d.id, name = gist.name, updated = d.updated.value }
  end
end
table.sort(found, function(a, b) return a.updated > b.updated end)
for _, gist in ipairs(found) do
  print(gist.updated:sub(1, 10), gist.id, gist.name)
end
