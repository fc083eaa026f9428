local function a(i, j)
  local sum = i + j
  return 1 / (sum * (sum + 1) // 2 + i + 1)
end

local function multiply(n, v, at)
  local result = {}
  for i = 0, n - 1 do
    local sum = 0
    for j = 0, n - 1 do
      sum = sum + (at and a(j, i) or a(i, j)) * v[j]
    end
    result[i] = sum
  end
  return result
end

local n = 700
local u, v = {}, nil
for i = 0, n - 1 do u[i] = 1 end
for _ = 1, 10 do
  v = multiply(n, multiply(n, u, false), true)
  u = multiply(n, multiply(n, v, false), true)
end
local uv, vv = 0, 0
for i = 0, n - 1 do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
