-- Names the share of every record in ids.txt, which lies beside a copy of this file. Samples have no such name yet, so
-- each of them is changed.
return migration {
  name = "benchmark",
  select = input.lines "ids.txt",
  up = function(d)
    d.share.name = "migrated"
    return d
  end,
  limits = { concurrency = 64 },
}
