local seed = 42
local function random()
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed
end
local t = {}
for i = 1, 800000 do t[i] = random() end
table.sort(t)
for i = 1, 250000 do t[i] = random() end
table.sort(t, function(x, y) return x > y end)
print(t[1], t[#t])
