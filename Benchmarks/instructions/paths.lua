-- Usage: paths.lua PATH COUNT: does one thing COUNT times; two runs differ in nothing but the count.
-- The store must have a record; a service must answer the get of the record in RECORD.
local path, count = arg[1], tonumber(arg[2])
local directory = arg[0]:match("^(.*)/[^/]*$")
local file = assert(io.open(directory .. "/../record.json", "rb"))
local text = file:read("a")
file:close()
local record_id = json.decode(text).id
local paths = {}

-- The ids of `count` reads: no list is made, so that the memory is the same for every count.
local function ids()
  local left = count
  return function()
    if left == 0 then return nil end
    left = left - 1
    return record_id
  end
end

local function first_record()
  for d in distribution.list() do return d end
end

function paths.fib()
  local function fib(n)
    if n < 2 then return n end
    return fib(n - 1) + fib(n - 2)
  end
  for _ = 1, count do fib(10) end
end

function paths.decode()
  local decode = json.decode
  for _ = 1, count do decode(text) end
end

function paths.encode()
  local encode, value = json.encode, json.decode(text)
  for _ = 1, count do encode(value) end
end

function paths.store_get()
  local get, id = distribution.get, first_record().id
  for _ = 1, count do get(id) end
end

function paths.store_update()
  local update, d = distribution.update, first_record()
  -- Texts of one length, whatever the count.
  for number = 1000001, 1000000 + count do
    d.share.name = "name " .. number
    update(d)
  end
end

-- Two at a time: for a single answer the client looks until it is there, as often as that takes.
function paths.get()
  local get = distribution.get
  task.map(ids(), function(id) get(id) end, { concurrency = 2 })
end

function paths.get_in_tasks()
  local get = distribution.get
  task.map(ids(), function(id) get(id) end, { concurrency = 64 })
end

function paths.get_many()
  for _, _, problem in distribution.get_many(ids(), { concurrency = 64 }) do
    if problem then error(problem) end
  end
end

paths[path]()
