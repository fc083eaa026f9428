extension StockLibrary {
    /// `os.*`
    enum OperatingSystem {
        static let entries: [DocumentationEntry] = time + files + process

        private static let time: [DocumentationEntry] = [
            DocumentationEntry(
                "os.time",
                [
                    Parameter(
                        "fields",
                        .table,
                        "year, month and day; hour, min, sec and isdst where wanted; local time",
                        isOptional: true
                    )
                ],
                returns: "integer: seconds since 1970",
                summary: "Gives the time now, or that of the fields.",
                text: "Fields out of range, such as day 32, are set right in the table.",
                example: #"print(os.time { year = 2025, month = 1, day = 32 } > 0) --> true"#
            ),
            DocumentationEntry(
                "os.date",
                [
                    Parameter(
                        "format",
                        .string,
                        "as of strftime; *t for a table; ! in front for UTC; %c by default",
                        isOptional: true
                    ),
                    Parameter("time", .integer, "seconds since 1970; now by default", isOptional: true),
                ],
                returns: "string; for *t a table of year, month, day, hour, min, sec, wday, yday and isdst",
                summary: "Writes a time as text, or splits it into fields.",
                example: #"print(os.date("!%Y-%m-%dT%H:%M:%SZ", 0)) --> 1970-01-01T00:00:00Z"#
            ),
            DocumentationEntry(
                "os.difftime",
                [Parameter("t2", .integer, "the later time"), Parameter("t1", .integer, "the earlier time")],
                returns: "float: seconds from t1 to t2",
                summary: "Gives the seconds between two times.",
                example: #"print(os.difftime(90, 30)) --> 60.0"#
            ),
            DocumentationEntry(
                "os.clock",
                returns: "float: seconds",
                summary: "Gives the processor time that the program has used.",
                text: "Differences tell how long a computation takes; waiting does not count.",
                example: #"local start = os.clock(); print(os.clock() - start >= 0) --> true"#
            ),
        ]

        private static let files: [DocumentationEntry] = [
            DocumentationEntry(
                "os.remove",
                [Parameter("path", .string, "the file, or an empty folder")],
                returns: "true; or nil, a message and an error number",
                summary: "Deletes a file.",
                example: #"print(os.remove("/no/such/file") == nil) --> true"#
            ),
            DocumentationEntry(
                "os.rename",
                [Parameter("from", .string, "the file"), Parameter("to", .string, "its new path")],
                returns: "true; or nil, a message and an error number",
                summary: "Renames or moves a file, over one that stands there.",
                example: #"print(os.rename("/no/such/file", "/no/other") == nil) --> true"#
            ),
            DocumentationEntry(
                "os.tmpname",
                returns: "string: a path that can be used for a temporary file",
                summary: "Gives a path for a temporary file, which is yours to remove.",
                text: "io.tmpfile needs no removing and is safer.",
                example: #"local path = os.tmpname(); print(os.remove(path)) --> true"#
            ),
        ]

        private static let process: [DocumentationEntry] = [
            DocumentationEntry(
                "os.getenv",
                [Parameter("name", .string, "the variable")],
                returns: "string, or nil when it is not set",
                summary: "Gives a variable of the environment.",
                example: #"print(os.getenv("NO_SUCH_VARIABLE")) --> nil"#
            ),
            DocumentationEntry(
                "os.execute",
                [Parameter("command", .string, "a command of the shell", isOptional: true)],
                returns:
                    "true or nil, \"exit\" or \"signal\", and its number; without a command: whether there is a shell",
                summary: "Runs a command of the shell and waits for it.",
                example: #"print(os.execute("exit 3")) --> nil exit 3"#
            ),
            DocumentationEntry(
                "os.exit",
                [
                    Parameter("code", .any, "true for success (the default), false, or a number", isOptional: true),
                    Parameter("close", .boolean, "close the Lua state first", isOptional: true),
                ],
                summary: "Ends the program and does not return.",
                example: #"os.exit(true)"#
            ),
            DocumentationEntry(
                "os.setlocale",
                [
                    Parameter(
                        "locale",
                        .string,
                        "its name; C, or empty for the user's; nil only asks",
                        isOptional: true
                    ),
                    Parameter(
                        "category",
                        .string,
                        "all (the default), collate, ctype, monetary, numeric or time",
                        isOptional: true
                    ),
                ],
                returns: "string: the locale in force; or nil when it could not be set",
                summary: "Sets or asks for the locale of the whole program.",
                example: #"print(os.setlocale(nil, "numeric")) --> C"#
            ),
        ]
    }
}
