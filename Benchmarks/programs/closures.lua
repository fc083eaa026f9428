local function counter(start)
  local n = start
  return function(step)
    n = n + step
    return n
  end
end
local total = 0
for i = 1, 7000000 do
  local count = counter(i)
  total = total + count(1) + count(2)
end
print(total)
