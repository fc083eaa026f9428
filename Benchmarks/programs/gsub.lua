-- string.gsub with patterns, functions and tables.
local text = ("The quick brown fox jumps over the lazy dog; %d apples cost $%d.\n"):rep(200)
local total = 0
for round = 1, 650 do
    local upper = text:gsub("%a+", string.upper)
    local counted = 0
    text:gsub("%w+", function(word) counted = counted + #word end)
    local swapped = text:gsub("(%w+) (%w+)", "%2 %1")
    local replaced = text:gsub("%$?%%(%a)", { d = "42" })
    total = total + #upper + counted + #swapped + #replaced
end
print(total)
