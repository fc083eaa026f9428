/// `task.*`.
enum TaskLibrary {
    static let library = PreludeLibrary(
        entries: [
            DocumentationEntry(
                "task.spawn",
                [Parameter("f", .function, "what to run"), Parameter("…", .rest, "its arguments", isOptional: true)],
                returns: "a task, with methods join, cancel and status",
                summary: "Starts a function beside the caller.",
                text: """
                    A task never outlives the one that spawned it: that one ends only after it. Its error is raised \
                    where it is joined, or at the end of its parent when nobody joins it.
                    """,
                example: """
                    local t = task.spawn(distribution.get, id)
                    print(t:join().id)
                    """
            ),
            DocumentationEntry(
                "task.join",
                [Parameter("t", .task, "a task, or a list of tasks")],
                returns: "what the task returned; a list of first results for a list",
                summary: "Waits until a task has ended.",
                example: "local d = task.join(t)",
                errors: ["the task's own error"]
            ),
            DocumentationEntry(
                "task.map",
                [
                    Parameter("items", .sequence, "a list, or an iterator"),
                    Parameter("f", .function, "called with each item"),
                    Parameter(options: [.concurrency()]),
                ],
                returns: "list of the first results, in order",
                summary: "Calls a function with each item, many at once.",
                text: """
                    The first error ends it: no further item is started, those under way are cancelled. Where the \
                    function returns nil the list has a hole.
                    """,
                example: """
                    task.map(ids, function(id)
                      distribution.modify(id, function(d) d.github.gist.public = false end)
                    end, { concurrency = 16 })
                    """
            ),
            DocumentationEntry(
                "task.sleep",
                [Parameter("seconds", .number, "how long")],
                summary: "Waits; other tasks go on.",
                example: "task.sleep(0.5)"
            ),
            DocumentationEntry(
                "task.timeout",
                [
                    Parameter("seconds", .number, "how long it may take"), Parameter("f", .function, "what to run"),
                    Parameter("…", .rest, "its arguments", isOptional: true),
                ],
                returns: "what the function returns",
                summary: "Runs a function that is cancelled when it takes too long.",
                example: "local d = task.timeout(2, distribution.get, id)",
                errors: ["timeout: it took longer"]
            ),
            DocumentationEntry(
                "task.cancel",
                [Parameter("t", .task, "a task")],
                summary: "Makes a task's current wait, and every later one, fail.",
                example: "task.cancel(t)"
            ),
        ],
        source: #"""
            local host = ...
            local library = {}
            local Task = { __name = "task" }
            Task.__index = Task

            local function coroutine_of(name, t)
              local co = type(t) == "table" and rawget(t, 1)
              if type(co) ~= "thread" then
                host.fail(name .. ": expected a task as task.spawn returns it, got " .. type(t))
              end
              return co
            end

            local function spawn(f, ...)
              return setmetatable({ (host.spawn(f, ...)) }, Task)
            end

            library["task.spawn"] = function(f, ...)
              host.check("task.spawn", f)
              return spawn(f, ...)
            end

            local function join(t)
              return host.join(coroutine_of("task.join", t))
            end

            library["task.join"] = function(t)
              host.check("task.join", t)
              if getmetatable(t) == Task then return join(t) end
              local results = json.array {}
              for position, one in ipairs(t) do
                results[position] = join(one)
              end
              return results
            end

            library["task.cancel"] = function(t)
              host.check("task.cancel", t)
              host.cancel(coroutine_of("task.cancel", t))
            end

            library["task.sleep"] = function(seconds)
              host.check("task.sleep", seconds)
              host.sleep(seconds)
            end

            library["task.timeout"] = function(seconds, f, ...)
              host.check("task.timeout", seconds, f)
              local t = spawn(f, ...)
              host.cancel_after(t[1], seconds)
              return join(t)
            end

            library["task.map"] = function(items, f, options)
              host.check("task.map", items, f, options)
              local concurrency = options and options.concurrency or 64
              if math.type(concurrency) ~= "integer" or concurrency < 1 or concurrency > 4096 then
                host.fail("task.map: options.concurrency: expected a whole number from 1 to 4096")
              end
              local next_item, is_list = items, type(items) == "table"
              local taken, is_stopped = 0, false
              local results, workers = json.array {}, {}
              local failed
              -- The first failure stops the rest, whoever is waited for at that moment.
              local function stop(position)
                if failed then return end
                failed, is_stopped = position, true
                for _, worker in ipairs(workers) do host.cancel(worker[1]) end
              end
              local function step()
                local number = taken + 1
                taken = number
                local item
                if is_list then item = items[number] else item = next_item() end
                if item == nil then
                  is_stopped = true
                else
                  results[number] = f(item)
                end
              end
              local function work(position)
                local is_done = false
                local watch <close> = setmetatable({}, {
                  __close = function() if not is_done then stop(position) end end,
                })
                while not is_stopped do step() end
                is_done = true
              end
              if is_list and #items < concurrency then concurrency = #items end
              for position = 1, concurrency do workers[position] = spawn(work, position) end
              for position = 1, concurrency do
                if not pcall(join, workers[position]) then stop(position) end
              end
              -- The error comes from the join itself, so that its traceback leads into the worker.
              if failed then join(workers[failed]) end
              return results
            end

            function Task:join() return join(self) end
            function Task:cancel() return host.cancel(coroutine_of("task.cancel", self)) end
            function Task:status() return host.status(coroutine_of("task.status", self)) end
            Task.__tostring = function(self) return "task (" .. self:status() .. ")" end

            return library
            """#
    )
}
