-- Makes public gists private. Records without a gist, and private gists, are left out.
--
-- Try it on samples:
--   distsh sample 1000 --seed 7 --store demo.db
--   distsh migrate plan scripts/migrations/gists-private.lua --store demo.db
--   distsh migrate run scripts/migrations/gists-private.lua --store demo.db
return migration {
  name = "gists-private",
  select = distribution.list,

  where = function(d)
    return d.github and d.github.gist and d.github.gist.public
  end,

  up = function(d)
    d.github.gist.public = false
    return d
  end,

  verify = function(after)
    return after.github.gist.public == false
  end,
}
