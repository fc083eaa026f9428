-- Renames a member at the top of the records: x_note becomes note, with the same value. Records without x_note are left
-- out. A record that has both is skipped, so that no note is lost; settle it by hand.
--
-- Change the two names below for your own. A rollback gives the old name back.
--
-- Try it on samples:
--   distsh sample 1000 --seed 7 --store demo.db
--   distsh migrate plan scripts/migrations/rename-member.lua --store demo.db
--   distsh migrate run scripts/migrations/rename-member.lua --store demo.db
local old, new = "x_note", "note"

return migration {
  name = "rename-x-note",
  select = distribution.list,

  where = function(d)
    return d[old] ~= nil
  end,

  up = function(d)
    if d[new] ~= nil then skip("has both " .. old .. " and " .. new) end
    d[old], d[new] = nil, d[old]
    return d
  end,

  verify = function(after)
    return after[old] == nil and after[new] ~= nil
  end,
}
