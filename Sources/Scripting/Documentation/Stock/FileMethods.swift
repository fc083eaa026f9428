extension StockLibrary {
    /// The methods of an open file, named `file:read` and so on. The file itself is not among the parameters.
    enum FileMethods {
        static let entries: [DocumentationEntry] = transfer + control

        private static let transfer: [DocumentationEntry] = [
            DocumentationEntry(
                "file:read",
                [
                    Parameter(
                        "...",
                        .rest,
                        "l a line (the default), L with its newline, n a number, a all, or how many bytes",
                        isOptional: true
                    )
                ],
                returns: "what was read, one value for each format; nil where there is no more",
                summary: "Reads from a file.",
                text: "At the end a gives an empty text, not nil.",
                example: #"local file <close> = io.tmpfile(); print(file:read(), file:read("a") == "") --> nil true"#
            ),
            DocumentationEntry(
                "file:lines",
                [
                    Parameter(
                        "...",
                        .rest,
                        "what to read at a time, as of file:read; a line by default",
                        isOptional: true
                    )
                ],
                returns: "iterator of what was read",
                summary: "Goes through a file line by line and leaves it open.",
                example: #"local file <close> = io.tmpfile(); for line in file:lines() do print(line) end"#
            ),
            DocumentationEntry(
                "file:write",
                [Parameter("...", .rest, "strings and numbers", isOptional: true)],
                returns: "the file, so that calls can be chained; or nil, a message and an error number",
                summary: "Writes to a file, without separators or newlines.",
                example: #"local file <close> = io.tmpfile(); file:write("a", 1):write("\n")"#
            ),
        ]

        private static let control: [DocumentationEntry] = [
            DocumentationEntry(
                "file:seek",
                [
                    Parameter("whence", .string, "what to count from: set, cur (the default) or end", isOptional: true),
                    Parameter("offset", .integer, "how many bytes from there; 0 by default", isOptional: true),
                ],
                returns: "integer: the place in bytes from the start; or nil, a message and an error number",
                summary: "Gives or changes the place of a file where reading and writing go on.",
                text: "file:seek(\"end\") gives the size of a file.",
                example: #"local file <close> = io.tmpfile(); file:write("abc"); print(file:seek("end")) --> 3"#
            ),
            DocumentationEntry(
                "file:flush",
                returns: "the file; or nil, a message and an error number",
                summary: "Sends on what a file still holds back.",
                example: #"io.stdout:write("working…"):flush()"#
            ),
            DocumentationEntry(
                "file:setvbuf",
                [
                    Parameter("mode", .string, "no for none, full, or line to pass on each line"),
                    Parameter("size", .integer, "how many bytes to hold back at most", isOptional: true),
                ],
                returns: "true; or nil, a message and an error number",
                summary: "Sets how much output a file holds back.",
                example: #"io.stdout:setvbuf("line")"#
            ),
            DocumentationEntry(
                "file:close",
                returns: "true; or nil, a message and an error number; of io.popen: how the program ended",
                summary: "Closes a file.",
                text: "A variable marked <close> does it on the way out of its block.",
                example: #"local file = io.tmpfile(); print(file:close(), io.type(file)) --> true closed file"#
            ),
        ]
    }
}
