/// `workers.map`.
enum WorkersLibrary {
    /// What a worker runs: its loop, which scripts cannot reach.
    static let workerChunk = "local serve = \(workerFunction) \(workerFunction) = nil serve()"
    static let workerFunction = "__worker"

    static let library = PreludeLibrary(
        entries: [
            DocumentationEntry(
                "workers.map",
                [
                    Parameter("items", .sequence, "a list, or an iterator"),
                    Parameter("f", .function, "called with each item, in a worker"),
                    Parameter(options: [.concurrency("how many items a worker does at once; 64 when left out")]),
                ],
                returns: "list of the first results, in order",
                summary: "Calls a function with each item, on several cores.",
                text: """
                    As task.map, with --workers N Lua states on threads of their own. The function, the locals it \
                    uses and the script's globals are copied to each worker when the call begins, items and results \
                    when they pass; a distribution keeps the text it was read from. What a worker changes stays \
                    there. Modules are loaded anew, and limits of memory and time hold for each worker. Coroutines, \
                    userdata, tables with metatables and functions of C modules cannot be copied: as locals or items \
                    they are an error, globals that hold them are nil in workers. The first error ends it all.
                    """,
                example: """
                    local sizes = workers.map(ids, function(id) return #json.encode(distribution.get(id)) end)
                    """,
                errors: ["the function's own error", "a value that cannot be copied: the message names it"]
            )
        ],
        source: "local host = ...\nlocal library = {}\n" + ValueCopySource.text + loops
    )

    private static let loops = #"""

        local MAX_CONCURRENCY, RESULTS_AT_ONCE = 4096, 256

        local function packed_or_fail(value, place)
          local ok, packed = pcall(pack, value, place)
          if ok then return packed end
          host.fail(packed)
        end

        -- Hands every item to the workers; returns how many there were.
        local function feed(pool, items)
          local is_list, count = type(items) == "table", 0
          local batch, wanted = array {}, 1
          local function put()
            local is_failed, next_wanted = host.workers_put(pool, count - #batch + 1, batch)
            batch, wanted = array {}, next_wanted or 64
            return is_failed
          end
          while true do
            local item
            if is_list then item = items[count + 1] else item = items() end
            if item == nil then break end
            count = count + 1
            batch[#batch + 1] = packed_or_fail(item, "item " .. count)
            if #batch >= wanted and put() then return count end
          end
          if #batch > 0 then put() end
          return count
        end

        local function collect(pool, count)
          local results = array {}
          for first = 1, math.max(count, 1), RESULTS_AT_ONCE do
            local some, failure = host.workers_results(pool, first, RESULTS_AT_ONCE)
            if not some then error(unpack(failure), 0) end
            for number, packed in next, some do results[number] = unpack(packed) end
          end
          return results
        end

        library["workers.map"] = function(items, f, options)
          host.check("workers.map", items, f, options)
          local concurrency = options and options.concurrency or 64
          if math.type(concurrency) ~= "integer" or concurrency < 1 or concurrency > MAX_CONCURRENCY then
            host.fail("workers.map: options.concurrency: expected a whole number from 1 to " .. MAX_CONCURRENCY)
          end
          local pool = host.workers_open(packed_or_fail(f, "the function"), pack_globals(), concurrency)
          local _ <close> = setmetatable({}, { __close = function() host.workers_close(pool) end })
          local count = feed(pool, items)
          host.workers_join(pool)
          return collect(pool, count)
        end

        -- One task of a worker: does items until there are no more.
        local function work(f)
          local number, item = host.worker_take()
          while number do
            local ok, result = pcall(f, unpack(item))
            if ok then ok, result = pcall(pack, result, "the result of item " .. number) end
            if not ok then
              local is_packed, failure = pcall(pack, result)
              return host.worker_fail(is_packed and failure or tostring(result))
            end
            number, item = host.worker_take(number, result)
          end
        end

        library["__worker"] = function()
          local packed, packed_globals, concurrency = host.worker_job()
          unpack_globals(packed_globals)
          local f = unpack(packed)
          for _ = 1, concurrency do host.spawn(work, f) end
        end

        return library
        """#
}
