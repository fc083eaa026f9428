extension StockLibrary {
    /// The functions and values that need no library's name.
    enum Basic {
        static let entries: [DocumentationEntry] = [
            output, conversion, iteration, rawAccess, failures, loading, values,
        ]
        .flatMap(\.self)

        private static let output: [DocumentationEntry] = [
            DocumentationEntry(
                "print",
                [Parameter("...", .rest, "the values to show", isOptional: true)],
                summary: "Writes values to standard output, with tabs between and a newline after.",
                text: "Each value is turned to text as tostring does it.",
                example: #"print("total", 1 + 2) --> total 3"#
            ),
            DocumentationEntry(
                "warn",
                [
                    Parameter("message", .string, "the warning, or its first piece"),
                    Parameter("...", .rest, "further pieces, all strings", isOptional: true),
                ],
                summary: "Emits a warning made of the given pieces.",
                text: "A single \"@on\" or \"@off\" switches warnings on or off.",
                example: #"warn("disk is ", "almost full")"#
            ),
            DocumentationEntry(
                "collectgarbage",
                [
                    Parameter(
                        "option",
                        .string,
                        "collect (the default), stop, restart, count, step, isrunning, incremental or generational",
                        isOptional: true
                    ),
                    Parameter("...", .rest, "settings of step, incremental and generational", isOptional: true),
                ],
                returns: "a value that depends on the option: for count, the memory in use in KiB",
                summary: "Runs, measures or tunes the garbage collector.",
                example: #"print(collectgarbage("count") > 0) --> true"#
            ),
        ]

        private static let conversion: [DocumentationEntry] = [
            DocumentationEntry(
                "type",
                [Parameter("v", .any, "the value to ask about")],
                returns: "string: nil, number, string, boolean, table, function, thread or userdata",
                summary: "Names the type of a value.",
                example: #"print(type({})) --> table"#
            ),
            DocumentationEntry(
                "tostring",
                [Parameter("v", .any, "the value to show")],
                returns: "string: the text of the value",
                summary: "Turns any value into text for people.",
                text: "The metamethod __tostring, or the name in __name, decides how tables and userdata read.",
                example: #"print(tostring(nil) .. "!") --> nil!"#
            ),
            DocumentationEntry(
                "tonumber",
                [
                    Parameter("v", .any, "a number or a text"),
                    Parameter("base", .integer, "the base of the text, 2 to 36", isOptional: true),
                ],
                returns: "number, or nil when the text is no number",
                summary: "Reads a number from a text.",
                text: "With a base the text must be a whole number in it; letters are the digits above 9.",
                example: #"print(tonumber("0x10"), tonumber("ff", 16), tonumber("x")) --> 16 255 nil"#
            ),
            DocumentationEntry(
                "select",
                [
                    Parameter("n", .any, "a position, negative from the end, or \"#\""),
                    Parameter("...", .rest, "the values to select from", isOptional: true),
                ],
                returns: "the values from that position on; for \"#\", an integer: how many there are",
                summary: "Gives the values from a position on, or their count.",
                example: ##"print(select("#", nil, nil), select(-1, "a", "b")) --> 2 b"##
            ),
        ]

        private static let iteration: [DocumentationEntry] = [
            DocumentationEntry(
                "pairs",
                [Parameter("t", .table, "the table, or a value with __pairs")],
                returns: "iterator of key, value; with the table and nil",
                summary: "Goes through all members of a table, in no particular order.",
                text: "Members may be changed or removed on the way, but none may be added.",
                example: #"for key, value in pairs { x = 1 } do print(key, value) end --> x 1"#
            ),
            DocumentationEntry(
                "ipairs",
                [Parameter("t", .any, "the list")],
                returns: "iterator of position, element; with the list and 0",
                summary: "Goes through a list from position 1 to before the first nil.",
                example: #"for i, name in ipairs { "a" } do print(i, name) end --> 1 a"#
            ),
            DocumentationEntry(
                "next",
                [
                    Parameter("table", .table, "the table to go through"),
                    Parameter("key", .any, "the key before; nil asks for the first", isOptional: true),
                ],
                returns: "the next key and its value, or nil after the last",
                summary: "Gives the member of a table that follows a key.",
                text: "next(t) == nil tells whether a table is empty.",
                example: #"print(next({}) == nil) --> true"#
            ),
        ]

        private static let rawAccess: [DocumentationEntry] = [
            DocumentationEntry(
                "getmetatable",
                [Parameter("v", .any, "any value")],
                returns: "table, or nil without a metatable; the field __metatable where it is set",
                summary: "Gives the metatable of a value.",
                example: #"print(getmetatable("").__index == string) --> true"#
            ),
            DocumentationEntry(
                "setmetatable",
                [
                    Parameter("table", .table, "the table to change"),
                    Parameter("metatable", .table, "its new metatable; nil takes it away"),
                ],
                returns: "table: the first argument",
                summary: "Sets or takes away the metatable of a table.",
                text: "A metatable with the field __metatable is protected: changing it is an error.",
                example: #"print(setmetatable({}, { __index = { x = 1 } }).x) --> 1"#
            ),
            DocumentationEntry(
                "rawequal",
                [Parameter("v1", .any, "a value"), Parameter("v2", .any, "the value to compare with")],
                returns: "boolean: whether both are the same",
                summary: "Compares two values without the metamethod __eq.",
                example: #"print(rawequal({}, {})) --> false"#
            ),
            DocumentationEntry(
                "rawlen",
                [Parameter("v", .any, "a table or a string")],
                returns: "integer: the length",
                summary: "Gives the length of a table or string without the metamethod __len.",
                example: #"print(rawlen { 10, 20 }) --> 2"#
            ),
            DocumentationEntry(
                "rawget",
                [Parameter("table", .table, "the table to read"), Parameter("key", .any, "the key")],
                returns: "the value, or nil",
                summary: "Reads a member of a table without the metamethod __index.",
                example: #"print(rawget(setmetatable({}, { __index = { x = 1 } }), "x")) --> nil"#
            ),
            DocumentationEntry(
                "rawset",
                [
                    Parameter("table", .table, "the table to write to"),
                    Parameter("key", .any, "the key, neither nil nor NaN"),
                    Parameter("value", .any, "the new value; nil removes the member"),
                ],
                returns: "table: the first argument",
                summary: "Writes a member of a table without the metamethod __newindex.",
                example: #"print(rawset({}, "x", 1).x) --> 1"#
            ),
        ]

        private static let failures: [DocumentationEntry] = [
            DocumentationEntry(
                "assert",
                [
                    Parameter("v", .any, "what must be neither false nor nil"),
                    Parameter("message", .any, "the error otherwise", isOptional: true),
                    Parameter("...", .rest, "values to return as well", isOptional: true),
                ],
                returns: "all its arguments",
                summary: "Raises an error when a value is false or nil.",
                text: "Around a call that returns nil and a message on failure, it makes that failure an error.",
                example: #"print((assert(tonumber("7"), "no number"))) --> 7"#
            ),
            DocumentationEntry(
                "error",
                [
                    Parameter("message", .any, "the error: a text or any other value"),
                    Parameter(
                        "level",
                        .integer,
                        "whose position heads a text: 1 here (the default), 2 the caller, 0 none",
                        isOptional: true
                    ),
                ],
                summary: "Raises an error and does not return.",
                example: #"print(pcall(error, { code = 7 }) == false) --> true"#
            ),
            DocumentationEntry(
                "pcall",
                [
                    Parameter("f", .function, "what to call"),
                    Parameter("...", .rest, "its arguments", isOptional: true),
                ],
                returns: "true and the results of f; or false and the error",
                summary: "Calls a function and catches its errors.",
                example: #"print(pcall(error, "broken", 0)) --> false broken"#
            ),
            DocumentationEntry(
                "xpcall",
                [
                    Parameter("f", .function, "what to call"),
                    Parameter("handler", .function, "turns an error into what is returned, where it happens"),
                    Parameter("...", .rest, "arguments of f", isOptional: true),
                ],
                returns: "true and the results of f; or false and what the handler gave",
                summary: "Calls a function and passes its errors to a handler.",
                text: "The handler runs before the stack unwinds, so debug.traceback shows where the error arose.",
                example: #"print(xpcall(error, debug.traceback, "broken"))"#
            ),
        ]

        private static let loading: [DocumentationEntry] = [
            DocumentationEntry(
                "load",
                [
                    Parameter("chunk", .any, "the program as a text, or a function that gives it piece by piece"),
                    Parameter("name", .string, "what messages call it", isOptional: true),
                    Parameter("mode", .string, "t for text, b for binary, bt for both (the default)", isOptional: true),
                    Parameter("env", .any, "the table of its globals; _G by default", isOptional: true),
                ],
                returns: "function: the program; or nil and a message",
                summary: "Compiles a program without running it.",
                text: "A harmful binary chunk can crash the interpreter: pass \"t\" for texts of unknown origin.",
                example: #"print(load("return 1 + 1")()) --> 2"#
            ),
            DocumentationEntry(
                "loadfile",
                [
                    Parameter("path", .string, "the file; standard input without it", isOptional: true),
                    Parameter("mode", .string, "t for text, b for binary, bt for both (the default)", isOptional: true),
                    Parameter("env", .any, "the table of its globals; _G by default", isOptional: true),
                ],
                returns: "function: the program; or nil and a message",
                summary: "Compiles the program in a file without running it.",
                example: #"local program, problem = loadfile("settings.lua")"#
            ),
            DocumentationEntry(
                "dofile",
                [Parameter("path", .string, "the file; standard input without it", isOptional: true)],
                returns: "what the program returns",
                summary: "Runs the program in a file; its errors are passed on.",
                example: #"print(pcall(dofile, "no such file") == false) --> true"#
            ),
            DocumentationEntry(
                "require",
                [Parameter("name", .string, "the module's name, with dots between folders")],
                returns: "the module, mostly a table; and where it was found",
                summary: "Loads a module once and gives what it returned.",
                text: "The functions of package.searchers look for it; package.loaded keeps it.",
                example: #"print(require("string") == string) --> true"#
            ),
        ]

        private static let values: [DocumentationEntry] = [
            DocumentationEntry(
                value: "_G",
                returns: "table: the global environment",
                summary: "The table that holds all global names.",
                text: "Assigning to _G itself changes no globals.",
                example: #"print(_G._VERSION == _VERSION) --> true"#
            ),
            DocumentationEntry(
                value: "_VERSION",
                returns: "string: Lua 5.4",
                summary: "The version of the language.",
                text: "",
                example: #"print(_VERSION) --> Lua 5.4"#
            ),
        ]
    }
}
