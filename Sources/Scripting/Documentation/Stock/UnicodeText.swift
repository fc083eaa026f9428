extension StockLibrary {
    /// `utf8.*`
    enum UnicodeText {
        static let entries: [DocumentationEntry] = making + reading

        private static let subject = Parameter("s", .string, "a text in UTF-8")
        private static let lax = Parameter(
            "lax",
            .boolean,
            "allow characters that are not in Unicode, up to 2^31",
            isOptional: true
        )

        private static let making: [DocumentationEntry] = [
            DocumentationEntry(
                "utf8.char",
                [Parameter("...", .rest, "code points as integers", isOptional: true)],
                returns: "string: their text in UTF-8",
                summary: "Makes a text of code points.",
                example: #"print(utf8.char(0x20AC, 49)) --> €1"#
            ),
            DocumentationEntry(
                value: "utf8.charpattern",
                returns: "string: a Lua pattern",
                summary: "A pattern that matches one character of a valid UTF-8 text.",
                text: "",
                example: #"for character in ("h€"):gmatch(utf8.charpattern) do print(character) end --> h €"#
            ),
        ]

        private static let reading: [DocumentationEntry] = [
            DocumentationEntry(
                "utf8.codes",
                [subject, lax],
                returns: "iterator of byte position, code point",
                summary: "Goes through the characters of a text.",
                text: "Bytes that are not UTF-8 are an error.",
                example: #"for position, code in utf8.codes("€") do print(position, code) end --> 1 8364"#
            ),
            DocumentationEntry(
                "utf8.codepoint",
                [
                    subject,
                    Parameter("i", .integer, "the byte where the first starts; 1 by default", isOptional: true),
                    Parameter("j", .integer, "the byte where the last starts; i by default", isOptional: true),
                    lax,
                ],
                returns: "integers: the code points of the characters that start between i and j",
                summary: "Gives characters of a text as code points.",
                example: #"print(utf8.codepoint("a€", 1, -1)) --> 97 8364"#
            ),
            DocumentationEntry(
                "utf8.len",
                [
                    subject,
                    Parameter("i", .integer, "the first byte; 1 by default", isOptional: true),
                    Parameter("j", .integer, "the last byte; -1, the end, by default", isOptional: true),
                    lax,
                ],
                returns: "integer; or nil and the position of the first byte that is not UTF-8",
                summary: "Counts the characters of a text.",
                example: #"print(utf8.len("h€"), #"h€") --> 2 4"#
            ),
            DocumentationEntry(
                "utf8.offset",
                [
                    subject,
                    Parameter("n", .integer, "the number of the character, counted from i; 0: the one that holds i"),
                    Parameter(
                        "i",
                        .integer,
                        "the byte to count from; the start, or for a negative n the end",
                        isOptional: true
                    ),
                ],
                returns: "integer: the byte where that character starts, or nil",
                summary: "Finds the byte where a character of a text starts.",
                example: #"print(utf8.offset("€1", 2)) --> 4"#
            ),
        ]
    }
}
