extension StockLibrary {
    /// `coroutine.*`
    enum Coroutines {
        static let entries: [DocumentationEntry] = running + asking

        private static let running: [DocumentationEntry] = [
            DocumentationEntry(
                "coroutine.create",
                [Parameter("f", .function, "what the coroutine runs")],
                returns: "thread: the coroutine, not yet started",
                summary: "Makes a coroutine of a function.",
                example: #"print(coroutine.resume(coroutine.create(function(x) return x end), 7)) --> true 7"#
            ),
            DocumentationEntry(
                "coroutine.resume",
                [
                    Parameter("co", .any, "the coroutine"),
                    Parameter("...", .rest, "arguments at first, later what yield returns", isOptional: true),
                ],
                returns: "true and what it yielded or returned; or false and the error",
                summary: "Starts or continues a coroutine until it yields, returns or fails.",
                example: #"print(coroutine.resume(coroutine.create(coroutine.yield), "a")) --> true a"#
            ),
            DocumentationEntry(
                "coroutine.yield",
                [Parameter("...", .rest, "what resume returns", isOptional: true)],
                returns: "the further arguments of the resume that continues it",
                summary: "Pauses the running coroutine and hands values to its resumer.",
                example: #"for n in coroutine.wrap(function() coroutine.yield(1) end) do print(n) end --> 1"#
            ),
            DocumentationEntry(
                "coroutine.wrap",
                [Parameter("f", .function, "what the coroutine runs")],
                returns: "function: each call continues the coroutine and gives what it yields",
                summary: "Makes a coroutine that is continued by calling a function.",
                text: "Errors of the coroutine are passed on to the caller, and the coroutine is closed.",
                example: #"print(coroutine.wrap(function(x) return x * 2 end)(4)) --> 8"#
            ),
            DocumentationEntry(
                "coroutine.close",
                [Parameter("co", .any, "a coroutine that is paused or has ended")],
                returns: "true; or false and the error it ended with or that closing raised",
                summary: "Ends a paused coroutine and closes its to-be-closed variables.",
                example: #"print(coroutine.close(coroutine.create(print))) --> true"#
            ),
        ]

        private static let asking: [DocumentationEntry] = [
            DocumentationEntry(
                "coroutine.status",
                [Parameter("co", .any, "the coroutine")],
                returns: "string: running, suspended, normal (it resumed another) or dead",
                summary: "Tells what a coroutine is doing.",
                example: #"print(coroutine.status(coroutine.create(print))) --> suspended"#
            ),
            DocumentationEntry(
                "coroutine.running",
                returns: "thread: the running coroutine; and whether it is the main one",
                summary: "Gives the coroutine that is running.",
                example: #"local co, is_main = coroutine.running()"#
            ),
            DocumentationEntry(
                "coroutine.isyieldable",
                [Parameter("co", .any, "the coroutine; the running one by default", isOptional: true)],
                returns: "boolean: whether it may yield",
                summary: "Tells whether a coroutine may yield now.",
                text: "The main program may not, nor may a C function that does not allow it.",
                example: #"print(coroutine.wrap(coroutine.isyieldable)()) --> true"#
            ),
        ]
    }
}
