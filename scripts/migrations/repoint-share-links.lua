-- Moves the links of shares to other hosts; scheme, port, path and query stay. Links to hosts that are not in the table
-- stay as they are, and records that have no other links are left out.
--
-- Try it on samples:
--   distsh sample 1000 --seed 7 --store demo.db
--   distsh migrate plan scripts/migrations/repoint-share-links.lua --store demo.db
--   distsh migrate run scripts/migrations/repoint-share-links.lua --store demo.db
local hosts = {
  ["share.example.com"] = "links.example.org",
  ["ex.am"] = "s.example.org",
}

-- The address at its new host; the same address when its host does not move.
local function moved(address)
  local scheme, authority, rest = address:match("^(%a[%w+.-]*://)([^/?#]*)(.*)$")
  if not scheme then return address end
  -- With a user before it, what looks like the host is none.
  local host, port = authority:match("^([^:@]+)(:?%d*)$")
  local new = host and hosts[host:lower()]
  return new and scheme .. new .. port .. rest or address
end

local function is_settled(share)
  return moved(share.link) == share.link and moved(share.short) == share.short
end

return migration {
  name = "repoint-share-links",
  select = distribution.list,

  where = function(d)
    return not is_settled(d.share)
  end,

  up = function(d)
    d.share.link = moved(d.share.link)
    d.share.short = moved(d.share.short)
    return d
  end,

  verify = function(after)
    return is_settled(after.share)
  end,
}
