/// `distribution.list`, `get_many` and `modify`.
enum DistributionLibrary {
    static let library = PreludeLibrary(
        entries: [
            DocumentationEntry(
                "distribution.list",
                [],
                returns: "iterator of distributions",
                summary: "Walks through every distribution.",
                text: "They are read as you go, in batches: memory stays flat. Leaving the loop ends the request.",
                example: """
                    for d in distribution.list() do print(d.id) end
                    """,
                errors: ["as distribution.get, raised by the loop"]
            ),
            DocumentationEntry(
                "distribution.get_many",
                [
                    Parameter("ids", .sequence, "a list of ids, or an iterator that gives one a call"),
                    Parameter(options: [
                        .concurrency(),
                        .init("ordered", "whether they come in the order of the ids; true when left out"), .timeout,
                        .retries,
                    ]),
                ],
                returns: "iterator of id, distribution, error",
                summary: "Reads many distributions at once.",
                text: """
                    No id is read ahead beyond the concurrency. A record that cannot be read gives its error as the \
                    third value and does not end the loop.
                    """,
                example: """
                    for id, d, err in distribution.get_many(ids, { concurrency = 32 }) do
                      print(id, d and d.github.gist.name or err)
                    end
                    """
            ),
            DocumentationEntry(
                "distribution.modify",
                [
                    Parameter("id", .id, "the distribution's uuid"),
                    Parameter("change", .function, "gets the distribution; changes it, or returns another table"),
                    Parameter(options: [.init("on_conflict", #""fail" or "retry""#), .timeout, .retries]),
                ],
                returns: "table: the distribution as stored; and whether anything was written",
                summary: "Reads, changes and writes one distribution.",
                text: """
                    Just before it is written the record is read again: when it changed in between, the call fails \
                    with conflict, or starts over (up to 10 times) with on_conflict = "retry". Nothing is written when \
                    nothing changed. The service has no conditional write, so a change in the instant between that \
                    read and the write is not seen.
                    """,
                example: """
                    distribution.modify(id, function(d) d.github.gist.public = false end)
                    """,
                errors: ["conflict: the record changed in between", "as distribution.get and distribution.update"]
            ),
        ],
        source: #"""
            local host = ...
            local library = {}

            local function closing(close)
              return setmetatable({}, { __close = close, __gc = close })
            end

            library["distribution.list"] = function()
              local cursor = host.list_open()
              local guard = closing(function() host.list_close(cursor) end)
              return function()
                local _ = guard
                return host.list_next(cursor)
              end, nil, nil, guard
            end

            -- A list as an iterator; an iterator as it is.
            local function each(ids)
              if type(ids) == "function" then return ids end
              local position = 0
              return function()
                position = position + 1
                return ids[position]
              end
            end

            library["distribution.get_many"] = function(ids, options)
              host.check("distribution.get_many", ids, options)
              options = options or {}
              local concurrency = options.concurrency or 64
              local window = host.window_open(concurrency, options.ordered ~= false, options)
              local guard = closing(function() host.window_close(window) end)
              local next_id = each(ids)
              -- What the script named the read in each place by.
              local names = {}

              -- The next id, kept for the place that its read is to have; nil when there is no more.
              local function take(place)
                local id = next_id and next_id()
                if id == nil then
                  next_id = nil
                  return nil
                end
                local name = id
                if type(id) == "table" then name = rawget(id, "id") end
                names[place] = name == nil and "?" or name
                return id
              end

              local free
              local function step()
                local _ = guard
                if not free then
                  -- All places but the last, which is filled by the call that takes the first answer.
                  for place = 1, concurrency - 1 do
                    local id = take(place)
                    if id == nil then break end
                    host.window_add(window, place, id)
                  end
                  free = concurrency
                end
                local id = take(free)
                if id == nil then return host.window_next(window) end
                return host.window_next(window, free, id)
              end

              return function()
                local place, d, problem = step()
                if not place then return nil end
                free = place
                return names[place], d, problem
              end, nil, nil, guard
            end

            local MAX_ATTEMPTS = 10

            library["distribution.modify"] = function(id, change, options)
              host.check("distribution.modify", id, change, options)
              local policy = options and options.on_conflict or "fail"
              if policy ~= "fail" and policy ~= "retry" then
                host.raise("invalid", "modify", nil, 'options.on_conflict: expected "fail" or "retry"')
              end
              for attempt = 1, MAX_ATTEMPTS do
                local d = distribution.get(id, options)
                local before = host.original(d)
                local changed = change(d)
                if changed == nil then changed = d end
                if host.document(changed) == before then return changed, false end
                if host.original(distribution.get(id, options)) == before then
                  return distribution.update(changed, options), true
                end
                if policy == "fail" then break end
              end
              host.raise("conflict", "modify", type(id) == "table" and id.id or id,
                "the record changed between its read and its write; nothing was written")
            end

            return library
            """#
    )
}
