-- Prints every gist as CSV: distsh export_csv.lua > gists.csv
local function quoted(value)
  value = tostring(value == nil and "" or value)
  if not value:find('[,"\r\n]') then return value end
  return '"' .. value:gsub('"', '""') .. '"'
end

local function row(...)
  local fields = table.pack(...)
  for i = 1, fields.n do fields[i] = quoted(fields[i]) end
  print(table.concat(fields, ","))
end

row("id", "name", "public", "recipients", "updated")
for d in distribution.list() do
  local gist = d.github and d.github.gist
  if gist then row(d.id, gist.name, gist.public, #gist.recipients.iterable, d.updated.value) end
end
