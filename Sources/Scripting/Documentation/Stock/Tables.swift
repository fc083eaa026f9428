extension StockLibrary {
    /// `table.*`
    enum Tables {
        static let entries: [DocumentationEntry] = changing + converting

        private static let list = Parameter("list", .table, "the list")

        private static let changing: [DocumentationEntry] = [
            DocumentationEntry(
                "table.insert",
                [
                    list,
                    Parameter("pos", .integer, "where, 1 to #list + 1; the end by default", isOptional: true),
                    Parameter("value", .any, "the new element"),
                ],
                summary: "Puts an element into a list and moves up those after it.",
                example: #"local t = { "b" }; table.insert(t, 1, "a"); print(t[1], t[2]) --> a b"#
            ),
            DocumentationEntry(
                "table.remove",
                [list, Parameter("pos", .integer, "which; the last by default", isOptional: true)],
                returns: "the removed element, or nil of an empty list",
                summary: "Takes an element out of a list and closes the gap.",
                example: #"local t = { "a", "b" }; print(table.remove(t, 1), #t) --> a 1"#
            ),
            DocumentationEntry(
                "table.sort",
                [
                    list,
                    Parameter(
                        "less",
                        .function,
                        "called with two elements; true when the first must stand before",
                        isOptional: true
                    ),
                ],
                summary: "Sorts a list in place, by < or a function of your own.",
                text: "Elements that are equal may change their order.",
                example: #"local t = { 1, 3, 2 }; table.sort(t, function(a, b) return a > b end); print(t[1]) --> 3"#
            ),
            DocumentationEntry(
                "table.move",
                [
                    Parameter("source", .table, "the list to copy from"),
                    Parameter("first", .integer, "the first position to copy"),
                    Parameter("last", .integer, "the last position to copy"),
                    Parameter("pos", .integer, "where the first goes"),
                    Parameter("target", .table, "the list to copy to; the same by default", isOptional: true),
                ],
                returns: "table: the target",
                summary: "Copies a range of elements within a list or to another.",
                text: "The ranges may overlap. The source is not emptied.",
                example: #"print(#table.move({ 1, 2, 3 }, 1, 3, 1, {})) --> 3"#
            ),
        ]

        private static let converting: [DocumentationEntry] = [
            DocumentationEntry(
                "table.concat",
                [
                    Parameter("list", .table, "a list of strings and numbers"),
                    Parameter("separator", .string, "what stands between; nothing by default", isOptional: true),
                    Parameter("i", .integer, "the first position; 1 by default", isOptional: true),
                    Parameter("j", .integer, "the last position; #list by default", isOptional: true),
                ],
                returns: "string: the elements in a row",
                summary: "Joins the elements of a list into one text.",
                example: #"print(table.concat({ "a", "b", 3 }, ", ")) --> a, b, 3"#
            ),
            DocumentationEntry(
                "table.pack",
                [Parameter("...", .rest, "the elements", isOptional: true)],
                returns: "table: a list of them, with their count as n",
                summary: "Makes a list of all arguments and counts them, nil included.",
                example: #"print(table.pack("a", nil).n) --> 2"#
            ),
            DocumentationEntry(
                "table.unpack",
                [
                    list,
                    Parameter("i", .integer, "the first position; 1 by default", isOptional: true),
                    Parameter("j", .integer, "the last position; #list by default", isOptional: true),
                ],
                returns: "the elements from i to j",
                summary: "Gives the elements of a list as separate values.",
                example: #"print(table.unpack { 1, 2, 3 }) --> 1 2 3"#
            ),
        ]
    }
}
