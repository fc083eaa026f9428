-- Adds recipients from a CSV file with the columns id, name and email; who is there already stays as they are:
--   distsh --dry-run merge_recipients.lua recipients.csv
local people = {}
for row, number in input.csv(...) do
  if not row.id or not row.email then error("line " .. number .. ": id and email are needed", 0) end
  local list = people[row.id] or {}
  list[#list + 1] = row
  people[row.id] = list
end

local added = 0
for id, rows in pairs(people) do
  distribution.modify(id, function(d)
    local part = d.github and d.github.gist or d.mailgun
    local known = {}
    for _, person in ipairs(part.recipients.iterable) do known[person.email or ""] = true end
    for _, row in ipairs(rows) do
      if not known[row.email] then
        table.insert(part.recipients.iterable, { name = row.name, email = row.email })
        known[row.email] = true
        added = added + 1
      end
    end
  end, { on_conflict = "retry" })
end
print(added .. " recipients added")
