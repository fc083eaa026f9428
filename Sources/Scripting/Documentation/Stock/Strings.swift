extension StockLibrary {
    /// `string.*`
    enum Strings {
        static let entries: [DocumentationEntry] = [searching, replacing, pieces, bytes, making, packing].flatMap(
            \.self
        )

        private static let subject = Parameter("s", .string, "the text")
        private static let pattern = Parameter("pattern", .string, "a Lua pattern, such as %a+")
        private static let start = Parameter(
            "init",
            .integer,
            "where to start, negative from the end; 1 by default",
            isOptional: true
        )

        private static let searching: [DocumentationEntry] = [
            DocumentationEntry(
                "string.find",
                [
                    subject, pattern, start,
                    Parameter("plain", .boolean, "take the pattern as it stands", isOptional: true),
                ],
                returns: "integers: the first and last position, and then the captures; or nil",
                summary: "Finds the first match of a pattern in a text.",
                example: #"print(("a.b"):find(".", 1, true)) --> 2 2"#
            ),
            DocumentationEntry(
                "string.match",
                [subject, pattern, start],
                returns: "strings: the captures, or the whole match without captures; or nil",
                summary: "Gives the first match of a pattern in a text.",
                text: "An empty capture () gives a position, an integer.",
                example: #"print(("key = 7"):match("(%w+)%s*=%s*(%w+)")) --> key 7"#
            ),
            DocumentationEntry(
                "string.gmatch",
                [subject, pattern, start],
                returns: "iterator of the captures, or the whole match without captures",
                summary: "Goes through all matches of a pattern in a text.",
                text: "A ^ at the start of the pattern has no special meaning here.",
                example: #"for word in ("one two"):gmatch("%a+") do print(word) end --> one two"#
            ),
        ]

        private static let replacing: [DocumentationEntry] = [
            DocumentationEntry(
                "string.gsub",
                [
                    subject, pattern,
                    Parameter("replacement", .any, "a text where %1 is a capture, a table or a function"),
                    Parameter("n", .integer, "how many to replace at most", isOptional: true),
                ],
                returns: "string: the new text; and how many matches there were",
                summary: "Replaces the matches of a pattern in a text.",
                text: """
                    A table is asked for the first capture, a function is called with all; a false or nil answer keeps \
                    the match.
                    """,
                example: #"print(("a-b-c"):gsub("-", "+", 1)) --> a+b-c 1"#
            )
        ]

        private static let pieces: [DocumentationEntry] = [
            DocumentationEntry(
                "string.sub",
                [
                    subject,
                    Parameter("i", .integer, "the first byte, negative from the end"),
                    Parameter("j", .integer, "the last byte; -1, the end, by default", isOptional: true),
                ],
                returns: "string: the bytes from i to j",
                summary: "Cuts a piece out of a text.",
                example: #"print(("distribution"):sub(1, 4)) --> dist"#
            ),
            DocumentationEntry(
                "string.len",
                [subject],
                returns: "integer: the number of bytes",
                summary: "Gives the length of a text in bytes, as # does.",
                example: #"print(("abc"):len()) --> 3"#
            ),
            DocumentationEntry(
                "string.lower",
                [subject],
                returns: "string: the text in lower case",
                summary: "Turns capital letters into small ones.",
                text: "Which bytes are letters is up to the locale; only ASCII in the locale C.",
                example: #"print(("ABC"):lower()) --> abc"#
            ),
            DocumentationEntry(
                "string.upper",
                [subject],
                returns: "string: the text in upper case",
                summary: "Turns small letters into capital ones.",
                text: "Which bytes are letters is up to the locale; only ASCII in the locale C.",
                example: #"print(("abc"):upper()) --> ABC"#
            ),
            DocumentationEntry(
                "string.reverse",
                [subject],
                returns: "string: the bytes from last to first",
                summary: "Turns a text around, byte by byte.",
                example: #"print(("abc"):reverse()) --> cba"#
            ),
        ]

        private static let bytes: [DocumentationEntry] = [
            DocumentationEntry(
                "string.byte",
                [
                    subject,
                    Parameter("i", .integer, "the first byte; 1 by default", isOptional: true),
                    Parameter("j", .integer, "the last byte; i by default", isOptional: true),
                ],
                returns: "integers: the bytes from i to j, 0 to 255 each",
                summary: "Gives bytes of a text as numbers.",
                example: #"print(("AB"):byte(1, -1)) --> 65 66"#
            ),
            DocumentationEntry(
                "string.char",
                [Parameter("...", .rest, "bytes as integers from 0 to 255", isOptional: true)],
                returns: "string: the text of these bytes",
                summary: "Makes a text of bytes given as numbers.",
                example: #"print(string.char(72, 105)) --> Hi"#
            ),
        ]

        private static let making: [DocumentationEntry] = [
            DocumentationEntry(
                "string.format",
                [
                    Parameter("format", .string, "a text with places such as %d, %5.2f, %s and %q"),
                    Parameter("...", .rest, "a value for each place", isOptional: true),
                ],
                returns: "string: the format with the values in their places",
                summary: "Writes values into a text, as printf of C does.",
                text: """
                    %d and %x take integers, %g, %f and %a numbers, %s any value, %c a byte; %q writes a literal of \
                    Lua, %% a percent sign.
                    """,
                example: #"print(string.format("%5.2f|%03d|%q", 3.14159, 7, "x")) -->  3.14|007|"x""#
            ),
            DocumentationEntry(
                "string.rep",
                [
                    subject,
                    Parameter("n", .integer, "how many times"),
                    Parameter("separator", .string, "what stands between; nothing by default", isOptional: true),
                ],
                returns: "string: the repeated text",
                summary: "Repeats a text.",
                example: #"print(("ab"):rep(3, ",")) --> ab,ab,ab"#
            ),
            DocumentationEntry(
                "string.dump",
                [
                    Parameter("f", .function, "a function written in Lua"),
                    Parameter("strip", .boolean, "leave out names and positions", isOptional: true),
                ],
                returns: "string: a binary chunk for load",
                summary: "Writes a compiled function as a binary chunk.",
                text: "Upvalues lose their values.",
                example: #"print(load(string.dump(function() return 7 end))()) --> 7"#
            ),
        ]

        private static let packing: [DocumentationEntry] = [
            DocumentationEntry(
                "string.pack",
                [
                    Parameter("format", .string, "such as <i4 z: byte order, sizes and kinds"),
                    Parameter("...", .rest, "a value for each item of the format", isOptional: true),
                ],
                returns: "string: the bytes",
                summary: "Writes values as binary data.",
                text: """
                    Kinds: b, h, i, l and j are integers (capital: unsigned), f, d and n floats, s a text with its \
                    length, z one that ends with a zero, x a byte of padding. <, > and = set the byte order.
                    """,
                example: #"print(#string.pack("<i4 z", 7, "ab")) --> 7"#
            ),
            DocumentationEntry(
                "string.packsize",
                [Parameter("format", .string, "as of string.pack, without s and z")],
                returns: "integer: the number of bytes",
                summary: "Gives the number of bytes that a binary format takes.",
                example: #"print(string.packsize("<i4 i2")) --> 6"#
            ),
            DocumentationEntry(
                "string.unpack",
                [
                    Parameter("format", .string, "as of string.pack"),
                    Parameter("s", .string, "the bytes"),
                    Parameter("pos", .integer, "where to start; 1 by default", isOptional: true),
                ],
                returns: "the values, and then the position after them",
                summary: "Reads values from binary data.",
                example: #"print(string.unpack("<i2", "\1\2")) --> 513 3"#
            ),
        ]
    }
}
