-- Sets members that are missing, from data/backfill.jsonl: each line has the id of a record and the members it should
-- have. What a record has already is never overwritten; a member that is null counts as missing. Objects are filled
-- member by member, lists as a whole.
--
-- Try it on samples:
--   distsh sample 1000 --seed 7 --store demo.db
--   distsh migrate plan scripts/migrations/backfill.lua --store demo.db
--   distsh migrate run scripts/migrations/backfill.lua --store demo.db
local function is_object(value)
  return type(value) == "table" and type(next(value)) == "string"
end

local function fill(target, values)
  for name, value in pairs(values) do
    if target[name] == nil then
      target[name] = value
    elseif is_object(target[name]) and is_object(value) then
      fill(target[name], value)
    end
  end
end

local function is_filled(target, values)
  for name, value in pairs(values) do
    if target[name] == nil then return false end
    if is_object(target[name]) and is_object(value) and not is_filled(target[name], value) then return false end
  end
  return true
end

return migration {
  name = "backfill",
  select = input.jsonl "data/backfill.jsonl",

  where = function(d, row)
    return not is_filled(d, row)
  end,

  up = function(d, row)
    fill(d, row)
    return d
  end,
}
