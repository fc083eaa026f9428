extension StockLibrary {
    /// `io.*`; the methods of open files stand apart.
    enum InputOutput {
        static let entries: [DocumentationEntry] = opening + standardFiles + values

        private static let opening: [DocumentationEntry] = [
            DocumentationEntry(
                "io.open",
                [
                    Parameter("path", .string, "the file"),
                    Parameter(
                        "mode",
                        .string,
                        "r (the default), w to empty and write, a to append; with + for both ways, b for binary",
                        isOptional: true
                    ),
                ],
                returns: "file; or nil, a message and an error number",
                summary: "Opens a file.",
                example: #"print(io.open("/no/such/file")) --> nil /no/such/file: No such file or directory 2"#
            ),
            DocumentationEntry(
                "io.popen",
                [
                    Parameter("command", .string, "a command of the shell"),
                    Parameter("mode", .string, "r to read its output (the default), w to feed it", isOptional: true),
                ],
                returns: "file; or nil, a message and an error number",
                summary: "Starts a program and reads its output or writes its input.",
                text: "close on the file waits for the program and gives how it ended, as os.execute does.",
                example: #"local pipe <close> = io.popen("echo hello"); print(pipe:read()) --> hello"#
            ),
            DocumentationEntry(
                "io.tmpfile",
                returns: "file; or nil, a message and an error number",
                summary: "Opens a new file for both ways that vanishes when the program ends.",
                example: #"local file <close> = io.tmpfile(); file:write("x")"#
            ),
            DocumentationEntry(
                "io.lines",
                [
                    Parameter("path", .string, "the file; standard input without it", isOptional: true),
                    Parameter(
                        "...",
                        .rest,
                        "what to read at a time, as of file:read; a line by default",
                        isOptional: true
                    ),
                ],
                returns: "iterator of what was read; with nil, nil and the file",
                summary: "Goes through a file line by line and closes it at the end.",
                text: "A file that cannot be opened is an error.",
                example: #"for line in io.lines("/dev/null") do print(line) end"#
            ),
            DocumentationEntry(
                "io.type",
                [Parameter("v", .any, "any value")],
                returns: "string: file or closed file; nil when it is no file",
                summary: "Tells whether a value is a file, and whether it is open.",
                example: #"print(io.type(io.stdout), io.type("x")) --> file nil"#
            ),
        ]

        private static let standardFiles: [DocumentationEntry] = [
            DocumentationEntry(
                "io.read",
                [Parameter("...", .rest, "what to read, as of file:read; a line by default", isOptional: true)],
                returns: "what was read, one value for each format; nil at the end",
                summary: "Reads from the default input.",
                example: #"local line = io.read()"#
            ),
            DocumentationEntry(
                "io.write",
                [Parameter("...", .rest, "strings and numbers", isOptional: true)],
                returns: "file: the default output; or nil, a message and an error number",
                summary: "Writes to the default output, without separators or newlines.",
                example: #"io.write("total ", 3, "\n")"#
            ),
            DocumentationEntry(
                "io.input",
                [Parameter("file", .any, "an open file, or the path of one", isOptional: true)],
                returns: "file: the default input",
                summary: "Gives the default input, or sets it first.",
                example: #"print(io.type(io.input())) --> file"#
            ),
            DocumentationEntry(
                "io.output",
                [Parameter("file", .any, "an open file, or the path of one to empty and write", isOptional: true)],
                returns: "file: the default output",
                summary: "Gives the default output, or sets it first.",
                example: #"print(io.output() == io.stdout) --> true"#
            ),
            DocumentationEntry(
                "io.flush",
                returns: "file: the default output; or nil, a message and an error number",
                summary: "Sends on what the default output still holds back.",
                example: #"io.write("working…"); io.flush()"#
            ),
            DocumentationEntry(
                "io.close",
                [Parameter("file", .any, "the file; the default output without it", isOptional: true)],
                returns: "true; or nil, a message and an error number; of io.popen: how the program ended",
                summary: "Closes a file.",
                example: #"print(io.close(io.tmpfile())) --> true"#
            ),
        ]

        private static let values: [DocumentationEntry] = [
            DocumentationEntry(
                value: "io.stdin",
                returns: "file",
                summary: "Standard input.",
                text: "",
                example: #"local all = io.stdin:read("a")"#
            ),
            DocumentationEntry(
                value: "io.stdout",
                returns: "file",
                summary: "Standard output.",
                text: "",
                example: #"io.stdout:write("done\n")"#
            ),
            DocumentationEntry(
                value: "io.stderr",
                returns: "file",
                summary: "Standard error, for messages.",
                text: "",
                example: #"io.stderr:write("no such id\n")"#
            ),
        ]
    }
}
