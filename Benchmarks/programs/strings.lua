local parts = {}
for i = 1, 500000 do parts[#parts + 1] = "item " .. i .. ";" end
local text = table.concat(parts)
local count = 0
for _ in text:gmatch("item (%d+);") do count = count + 1 end
local changed = text:gsub("item", "thing")
print(count, #changed)
