extension StockLibrary {
    /// What `math` keeps of earlier versions of Lua, in builds that ask for it.
    enum MathematicsCompatibility {
        static let entries: [DocumentationEntry] = functions + hyperbolic

        /// Said of each, because other builds of Lua do not have them.
        private static let note = "Kept from earlier versions; not every Lua 5.4 has it."

        private static let functions: [DocumentationEntry] = [
            DocumentationEntry(
                "math.pow",
                [Parameter("x", .number, "the base"), Parameter("y", .number, "the exponent")],
                returns: "float: x to the power of y",
                summary: "Raises a number to a power, as x ^ y does.",
                text: note,
                example: #"print(math.pow(2, 10), 2 ^ 10) --> 1024.0 1024.0"#
            ),
            DocumentationEntry(
                "math.log10",
                [Parameter("x", .number, "a number")],
                returns: "float: the logarithm",
                summary: "Gives the logarithm with base 10, as math.log(x, 10) does.",
                text: note,
                example: #"print(math.log10(1000)) --> 3.0"#
            ),
            DocumentationEntry(
                "math.atan2",
                [
                    Parameter("y", .number, "the height of a point"),
                    Parameter("x", .number, "its width; 1 by default", isOptional: true),
                ],
                returns: "float: radians from -pi to pi",
                summary: "Gives the angle of the point x, y, as math.atan(y, x) does.",
                text: note,
                example: #"print(math.atan2(1, 2) == math.atan(1, 2)) --> true"#
            ),
            DocumentationEntry(
                "math.frexp",
                [Parameter("x", .number, "a number")],
                returns: "float: m, from 0.5 to below 1 without its sign; and the integer e",
                summary: "Splits a number into m and e, so that it is m * 2 ^ e.",
                text: note,
                example: #"print(math.frexp(8)) --> 0.5 4"#
            ),
            DocumentationEntry(
                "math.ldexp",
                [Parameter("m", .number, "a number"), Parameter("e", .integer, "the exponent")],
                returns: "float: m * 2 ^ e",
                summary: "Multiplies a number by a power of 2.",
                text: note,
                example: #"print(math.ldexp(0.5, 4)) --> 8.0"#
            ),
        ]

        private static let hyperbolic: [DocumentationEntry] = ["sin", "cos", "tan"].map { circular in
            DocumentationEntry(
                "math.\(circular)h",
                [Parameter("x", .number, "a number")],
                returns: "float",
                summary: "Gives the hyperbolic \(title(of: circular)) of a number.",
                text: note,
                example: "print(math.\(circular)h(0)) --> \(circular == "cos" ? "1.0" : "0.0")"
            )
        }

        private static func title(of circular: String) -> String {
            switch circular {
            case "sin": "sine"
            case "cos": "cosine"
            default: "tangent"
            }
        }
    }
}
