local function make(depth)
  if depth == 0 then return {} end
  return { make(depth - 1), make(depth - 1) }
end

local function check(tree)
  if not tree[1] then return 1 end
  return 1 + check(tree[1]) + check(tree[2])
end

local depth = 15
local kept = make(depth)
for d = 4, depth, 2 do
  local count = 1 << (depth - d + 4)
  local total = 0
  for _ = 1, count do total = total + check(make(d)) end
  print(count, d, total)
end
print(check(kept))
