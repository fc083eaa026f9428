extension StockLibrary {
    /// `debug.*`
    enum Debugging {
        static let entries: [DocumentationEntry] = [stack, locals, upvalues, hooks, metatables, userValues, other]
            .flatMap(\.self)

        private static let thread = Parameter(
            "thread",
            .any,
            "the coroutine to look at; the running one by default",
            isOptional: true
        )
        private static let function = Parameter("f", .function, "the function")
        private static let upvalue = Parameter("n", .integer, "the number of the upvalue, from 1")

        private static let stack: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.traceback",
                [
                    thread,
                    Parameter(
                        "message",
                        .any,
                        "a text to head it; any other value is returned as it is",
                        isOptional: true
                    ),
                    Parameter("level", .integer, "where to start; 1, the caller, by default", isOptional: true),
                ],
                returns: "string: the calls that led here, one a line",
                summary: "Writes the stack of calls as text.",
                text: "As the handler of xpcall it shows where an error arose.",
                example: #"print((debug.traceback("here"):match("^[^\n]*"))) --> here"#
            ),
            DocumentationEntry(
                "debug.getinfo",
                [
                    thread,
                    Parameter("f", .any, "a function, or a level of the stack: 0 getinfo, 1 its caller"),
                    Parameter(
                        "what",
                        .string,
                        "letters for what to tell, such as Sl; all by default",
                        isOptional: true
                    ),
                ],
                returns: "table with source, currentline, name, nparams and more; nil above the stack",
                summary: "Tells about a function or a call on the stack.",
                text: """
                    Letters: S source, l current line, n name, u upvalues and parameters, t tail call, f func, r \
                    transferred values, L activelines.
                    """,
                example: #"print(debug.getinfo(string.rep, "S").what) --> C"#
            ),
        ]

        private static let locals: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.getlocal",
                [
                    thread,
                    Parameter("f", .any, "a level of the stack; of a function only names of parameters are known"),
                    Parameter("n", .integer, "the number of the variable, from 1; negative for extra arguments"),
                ],
                returns: "string: the name; and the value. nil when there is none",
                summary: "Reads a local variable of a call on the stack.",
                example: #"local x = 7; print(debug.getlocal(1, 1)) --> x 7"#
            ),
            DocumentationEntry(
                "debug.setlocal",
                [
                    thread,
                    Parameter("level", .integer, "the level of the stack"),
                    Parameter("n", .integer, "the number of the variable, from 1; negative for extra arguments"),
                    Parameter("value", .any, "its new value"),
                ],
                returns: "string: the name; nil when there is none",
                summary: "Writes a local variable of a call on the stack.",
                example: #"local x = 7; debug.setlocal(1, 1, 8); print(x) --> 8"#
            ),
        ]

        private static let upvalues: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.getupvalue",
                [function, upvalue],
                returns: "string: the name; and the value. nil when there is none",
                summary: "Reads a variable that a function took from around it.",
                example: #"local x = 7; print(debug.getupvalue(function() return x end, 1)) --> x 7"#
            ),
            DocumentationEntry(
                "debug.setupvalue",
                [function, upvalue, Parameter("value", .any, "its new value")],
                returns: "string: the name; nil when there is none",
                summary: "Writes a variable that a function took from around it.",
                example: #"local x = 7; debug.setupvalue(function() return x end, 1, 8); print(x) --> 8"#
            ),
            DocumentationEntry(
                "debug.upvalueid",
                [function, upvalue],
                returns: "userdata that is equal for the same variable; nil when there is none",
                summary: "Identifies a variable of a function, to see whether functions share it.",
                example: #"print(debug.upvalueid(string.rep, 1)) --> nil"#
            ),
            DocumentationEntry(
                "debug.upvaluejoin",
                [
                    Parameter("f1", .function, "the function to change"),
                    Parameter("n1", .integer, "the number of its upvalue"),
                    Parameter("f2", .function, "the function to share with"),
                    Parameter("n2", .integer, "the number of that one's upvalue"),
                ],
                summary: "Makes a variable of a function the same as one of another.",
                example: """
                    local a, b = 1, 2
                    local function f() return a end
                    debug.upvaluejoin(f, 1, function() return b end, 1)
                    print(f()) --> 2
                    """
            ),
        ]

        private static let hooks: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.sethook",
                [
                    thread,
                    Parameter(
                        "hook",
                        .function,
                        "called with the event, and the line of a line event",
                        isOptional: true
                    ),
                    Parameter("mask", .string, "c for calls, r for returns, l for lines", isOptional: true),
                    Parameter("count", .integer, "call it after so many instructions as well", isOptional: true),
                ],
                summary: "Sets a function to call as a program runs; without arguments takes it away.",
                text: "A coroutine has a hook of its own.",
                example: """
                    local co = coroutine.create(function() end)
                    debug.sethook(co, function(event) print(event) end, "c")
                    coroutine.resume(co) --> call
                    """
            ),
            DocumentationEntry(
                "debug.gethook",
                [thread],
                returns: "function, its mask and its count; nil without a hook",
                summary: "Gives the hook that debug.sethook has set.",
                example: #"local hook, mask, count = debug.gethook()"#
            ),
            DocumentationEntry(
                "debug.debug",
                summary: "Reads lines from standard input and runs them, until one reads cont.",
                example: #"debug.debug()"#
            ),
        ]

        private static let metatables: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.getmetatable",
                [Parameter("v", .any, "any value")],
                returns: "table, or nil without a metatable",
                summary: "Gives the metatable of a value, even a protected one.",
                example: #"print(debug.getmetatable("").__index == string) --> true"#
            ),
            DocumentationEntry(
                "debug.setmetatable",
                [
                    Parameter("v", .any, "any value; for most types all values of the type share it"),
                    Parameter("metatable", .table, "its new metatable; nil takes it away"),
                ],
                returns: "the value",
                summary: "Sets or takes away the metatable of a value of any type.",
                example: #"print(getmetatable(debug.setmetatable({}, { x = 1 })).x) --> 1"#
            ),
            DocumentationEntry(
                "debug.getregistry",
                returns: "table: the registry",
                summary: "Gives the table where C code keeps its values.",
                example: #"print(type(debug.getregistry())) --> table"#
            ),
        ]

        private static let userValues: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.getuservalue",
                [
                    Parameter("u", .any, "a userdata"),
                    Parameter("n", .integer, "the number of the value; 1 by default", isOptional: true),
                ],
                returns: "the value, and true; nil when there is none",
                summary: "Reads a Lua value that C code has joined to a userdata.",
                example: #"print(debug.getuservalue(io.stdout)) --> nil"#
            ),
            DocumentationEntry(
                "debug.setuservalue",
                [
                    Parameter("u", .any, "a userdata"),
                    Parameter("value", .any, "the new value"),
                    Parameter("n", .integer, "the number of the value; 1 by default", isOptional: true),
                ],
                returns: "the userdata, or nil when it has no such value",
                summary: "Writes a Lua value that C code has joined to a userdata.",
                example: #"print(debug.setuservalue(io.stdout, 7)) --> nil"#
            ),
        ]

        private static let other: [DocumentationEntry] = [
            DocumentationEntry(
                "debug.setcstacklimit",
                [Parameter("limit", .integer, "a number that no longer matters")],
                returns: "integer: a constant",
                summary: "Does nothing; it is kept for programs written for Lua 5.4.0 to 5.4.2.",
                example: #"print(math.type(debug.setcstacklimit(200))) --> integer"#
            )
        ]
    }
}
