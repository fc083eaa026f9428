extension StockLibrary {
    /// `package.*`; `require` is among the basic functions.
    enum Packages {
        static let entries: [DocumentationEntry] = functions + paths + tables

        private static let functions: [DocumentationEntry] = [
            DocumentationEntry(
                "package.searchpath",
                [
                    Parameter("name", .string, "the module's name"),
                    Parameter("path", .string, "templates with ? for the name, separated by semicolons"),
                    Parameter("separator", .string, "what to replace in the name; a dot by default", isOptional: true),
                    Parameter("replacement", .string, "by what; the folder separator by default", isOptional: true),
                ],
                returns: "string: the first file that can be read; or nil and a message",
                summary: "Looks for a module's file along a path of templates.",
                example: #"print(package.searchpath("no.such", "./?.lua")) --> nil no file './no/such.lua'"#
            ),
            DocumentationEntry(
                "package.loadlib",
                [
                    Parameter("path", .string, "the file of the C library"),
                    Parameter("name", .string, "the C function, or * to only link the library"),
                ],
                returns: "function, or true for *; or nil, a message and which step failed: open or init",
                summary: "Links a C library and gives one of its functions.",
                text: "It knows nothing of search paths; require is mostly what is wanted.",
                example: #"print(package.loadlib("./no.so", "*") == nil) --> true"#
            ),
        ]

        private static let paths: [DocumentationEntry] = [
            DocumentationEntry(
                value: "package.path",
                returns: "string: templates with ? for the name, separated by semicolons",
                summary: "Where require looks for modules written in Lua.",
                text: "It is set from LUA_PATH_5_4 or LUA_PATH at the start, where they are given.",
                example: #"package.path = "./lib/?.lua;" .. package.path"#
            ),
            DocumentationEntry(
                value: "package.cpath",
                returns: "string: templates with ? for the name, separated by semicolons",
                summary: "Where require looks for modules written in C.",
                text: "It is set from LUA_CPATH_5_4 or LUA_CPATH at the start, where they are given.",
                example: #"package.cpath = "./lib/?.so;" .. package.cpath"#
            ),
            DocumentationEntry(
                value: "package.config",
                returns: """
                    string of five lines: the folder separator, the separator of templates, the mark of a name, the mark \
                    of the program's folder, the mark before which a C module's name is ignored
                    """,
                summary: "The characters that module paths are made of, one a line.",
                text: "Changing it changes nothing.",
                example: #"print(package.config:sub(1, 1)) --> /"#
            ),
        ]

        private static let tables: [DocumentationEntry] = [
            DocumentationEntry(
                value: "package.loaded",
                returns: "table: modules by name",
                summary: "The modules that require has loaded.",
                text: "Removing a member makes the next require load that module again.",
                example: #"print(package.loaded.math == math) --> true"#
            ),
            DocumentationEntry(
                value: "package.preload",
                returns: "table: functions by module name",
                summary: "Functions that make a module, tried before any file.",
                text: "",
                example: #"package.preload.answer = function() return 42 end; print((require "answer")) --> 42"#
            ),
            DocumentationEntry(
                value: "package.searchers",
                returns: "list of functions",
                summary: "How require looks for a module: these functions in turn.",
                text: """
                    Each takes the name and returns a loader and a value for it, or a text that says why there is none. \
                    The four at the start try package.preload, package.path, package.cpath and C libraries in whole.
                    """,
                example: #"print(#package.searchers) --> 4"#
            ),
        ]
    }
}
