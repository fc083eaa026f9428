-- Usage: json.lua FILE decode|encode SECONDS: prints how many times a second the text is decoded (or its value encoded).
local path, what, seconds = arg[1], arg[2], tonumber(arg[3])
local codec = require "cjson"
local file = assert(io.open(path, "rb"))
local text = file:read("a")
file:close()
local work
if what == "decode" then
  local decode = codec.decode
  work = function() return decode(text) end
else
  local encode, value = codec.encode, codec.decode(text)
  work = function() return encode(value) end
end
local batch = math.max(1, 200000 // #text)
for _ = 1, batch do work() end
collectgarbage()
local start, count = os.clock(), 0
repeat
  for _ = 1, batch do work() end
  count = count + batch
until os.clock() - start >= seconds
print(string.format("%.1f", count / (os.clock() - start)))
