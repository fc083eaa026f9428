-- Usage: list.lua: walks through every distribution and prints how many there are.
local count = 0
for _ in distribution.list() do count = count + 1 end
print(count)
