-- Adds recipients from data/recipients.csv, with the columns id, name and email. The rows of one record stand together.
-- Who is there already, by e-mail address in any case of letters, stays as they are. Records that have neither a gist
-- nor e-mail are skipped.
--
-- Try it on samples:
--   distsh sample 1000 --seed 7 --store demo.db
--   distsh migrate plan scripts/migrations/merge-recipients.lua --store demo.db
--   distsh migrate run scripts/migrations/merge-recipients.lua --store demo.db
local function recipients_of(d)
  local part = d.github and d.github.gist or d.mailgun
  return part and part.recipients.iterable
end

local function addresses(people)
  local known = {}
  for _, person in ipairs(people) do
    if person.email then known[person.email:lower()] = true end
  end
  return known
end

return migration {
  name = "merge-recipients",
  select = input.csv("data/recipients.csv", { group = true }),

  up = function(d, rows)
    local people = recipients_of(d)
    if not people then skip("has neither a gist nor e-mail") end
    local known = addresses(people)
    for _, row in ipairs(rows) do
      if row.email == "" then skip("a row has no e-mail address") end
      if not known[row.email:lower()] then
        known[row.email:lower()] = true
        people[#people + 1] = { email = row.email, name = row.name ~= "" and row.name or nil }
      end
    end
    return d
  end,

  -- Nobody was lost.
  verify = function(after, before)
    local known = addresses(recipients_of(after))
    for address in pairs(addresses(recipients_of(before))) do
      if not known[address] then return address .. " is no recipient any more" end
    end
    return true
  end,
}
