extension StockLibrary {
    /// `math.*`
    enum Mathematics {
        static let entries: [DocumentationEntry] = [rounding, integers, comparing, powers, angles, chance, values]
            .flatMap(\.self)

        private static let number = Parameter("x", .number, "a number")

        private static let rounding: [DocumentationEntry] = [
            DocumentationEntry(
                "math.abs",
                [number],
                returns: "number of the same kind: the distance from 0",
                summary: "Takes away the sign of a number.",
                text: "The smallest integer has no positive counterpart and stays.",
                example: #"print(math.abs(-3)) --> 3"#
            ),
            DocumentationEntry(
                "math.ceil",
                [number],
                returns: "integer where it fits, else float: the least whole number not below x",
                summary: "Rounds a number up.",
                example: #"print(math.ceil(2.1)) --> 3"#
            ),
            DocumentationEntry(
                "math.floor",
                [number],
                returns: "integer where it fits, else float: the greatest whole number not above x",
                summary: "Rounds a number down.",
                example: #"print(math.floor(-2.1)) --> -3"#
            ),
            DocumentationEntry(
                "math.modf",
                [number],
                returns: "the whole part, rounded towards 0, an integer where it fits; and the fraction, a float",
                summary: "Splits a number into whole part and fraction.",
                example: #"print(math.modf(3.25)) --> 3 0.25"#
            ),
            DocumentationEntry(
                "math.fmod",
                [number, Parameter("y", .number, "the divisor")],
                returns: "number: what is left, with the sign of x",
                summary: "Gives the remainder of a division that rounds towards 0.",
                text: "The operator % rounds down instead.",
                example: #"print(math.fmod(-7, 3), -7 % 3) --> -1 2"#
            ),
        ]

        private static let integers: [DocumentationEntry] = [
            DocumentationEntry(
                "math.tointeger",
                [Parameter("x", .any, "a number, or its text")],
                returns: "integer, or nil when there is no equal one",
                summary: "Turns a value into the integer that equals it.",
                example: #"print(math.tointeger(3.0), math.tointeger(3.5)) --> 3 nil"#
            ),
            DocumentationEntry(
                "math.type",
                [Parameter("x", .any, "any value")],
                returns: "string: integer or float; nil when it is no number",
                summary: "Tells integers from floats.",
                example: #"print(math.type(3), math.type(3.0)) --> integer float"#
            ),
            DocumentationEntry(
                "math.ult",
                [Parameter("m", .integer, "an integer"), Parameter("n", .integer, "the integer to compare with")],
                returns: "boolean: whether m is below n when both have no sign",
                summary: "Compares two integers as unsigned ones.",
                example: #"print(math.ult(1, -1)) --> true"#
            ),
        ]

        private static let comparing: [DocumentationEntry] = [
            DocumentationEntry(
                "math.max",
                [number, Parameter("...", .rest, "further numbers", isOptional: true)],
                returns: "number: the greatest",
                summary: "Gives the greatest of the numbers.",
                example: #"print(math.max(3, 7, 5)) --> 7"#
            ),
            DocumentationEntry(
                "math.min",
                [number, Parameter("...", .rest, "further numbers", isOptional: true)],
                returns: "number: the least",
                summary: "Gives the least of the numbers.",
                example: #"print(math.min(3, 7, 5)) --> 3"#
            ),
        ]

        private static let powers: [DocumentationEntry] = [
            DocumentationEntry(
                "math.sqrt",
                [number],
                returns: "float: the root; NaN of a negative number",
                summary: "Gives the square root of a number.",
                example: #"print(math.sqrt(16)) --> 4.0"#
            ),
            DocumentationEntry(
                "math.exp",
                [Parameter("x", .number, "the exponent")],
                returns: "float: e to the power of x",
                summary: "Raises e, the base of natural logarithms, to a power.",
                example: #"print(math.exp(0)) --> 1.0"#
            ),
            DocumentationEntry(
                "math.log",
                [number, Parameter("base", .number, "the base; e by default", isOptional: true)],
                returns: "float: the logarithm",
                summary: "Gives the logarithm of a number.",
                example: #"print(math.log(8, 2)) --> 3.0"#
            ),
        ]

        private static let angles: [DocumentationEntry] = [
            angleFunction("sin", "sine", example: #"print(math.sin(0)) --> 0.0"#),
            angleFunction("cos", "cosine", example: #"print(math.cos(0)) --> 1.0"#),
            angleFunction("tan", "tangent", example: #"print(math.tan(0)) --> 0.0"#),
            DocumentationEntry(
                "math.asin",
                [Parameter("x", .number, "the sine, -1 to 1")],
                returns: "float: radians from -pi/2 to pi/2; NaN outside the range",
                summary: "Gives the angle of a sine.",
                example: #"print(math.deg(math.asin(1))) --> 90.0"#
            ),
            DocumentationEntry(
                "math.acos",
                [Parameter("x", .number, "the cosine, -1 to 1")],
                returns: "float: radians from 0 to pi; NaN outside the range",
                summary: "Gives the angle of a cosine.",
                example: #"print(math.acos(1)) --> 0.0"#
            ),
            DocumentationEntry(
                "math.atan",
                [
                    Parameter("y", .number, "the tangent, or the height of a point"),
                    Parameter("x", .number, "the width of that point; 1 by default", isOptional: true),
                ],
                returns: "float: radians from -pi to pi",
                summary: "Gives the angle of a tangent, or of the point x, y.",
                example: #"print(math.deg(math.atan(1, -1))) --> 135.0"#
            ),
            DocumentationEntry(
                "math.deg",
                [Parameter("x", .number, "an angle in radians")],
                returns: "float: the angle in degrees",
                summary: "Turns radians into degrees.",
                example: #"print(math.deg(math.pi)) --> 180.0"#
            ),
            DocumentationEntry(
                "math.rad",
                [Parameter("x", .number, "an angle in degrees")],
                returns: "float: the angle in radians",
                summary: "Turns degrees into radians.",
                example: #"print(math.rad(180) == math.pi) --> true"#
            ),
        ]

        private static func angleFunction(_ name: String, _ title: String, example: String) -> DocumentationEntry {
            DocumentationEntry(
                "math.\(name)",
                [Parameter("x", .number, "an angle in radians")],
                returns: "float: the \(title)",
                summary: "Gives the \(title) of an angle.",
                example: example
            )
        }

        private static let chance: [DocumentationEntry] = [
            DocumentationEntry(
                "math.random",
                [
                    Parameter("m", .integer, "the least; alone the greatest, from 1", isOptional: true),
                    Parameter("n", .integer, "the greatest", isOptional: true),
                ],
                returns: "float from 0 to below 1 without arguments, else an integer in the range",
                summary: "Gives a pseudo-random number.",
                text: "math.random(0) gives an integer of 64 random bits. Not fit for secrets.",
                example: #"print(math.random(6) <= 6) --> true"#
            ),
            DocumentationEntry(
                "math.randomseed",
                [
                    Parameter("x", .number, "the seed; a random one by default", isOptional: true),
                    Parameter("y", .integer, "its second part; 0 by default", isOptional: true),
                ],
                returns: "integers: both parts of the seed",
                summary: "Starts the pseudo-random numbers anew: equal seeds, equal numbers.",
                example: """
                    math.randomseed(42)
                    local first = math.random()
                    math.randomseed(42)
                    print(first == math.random()) --> true
                    """
            ),
        ]

        private static let values: [DocumentationEntry] = [
            DocumentationEntry(
                value: "math.pi",
                returns: "float",
                summary: "The number pi.",
                text: "",
                example: #"print(("%.4f"):format(math.pi)) --> 3.1416"#
            ),
            DocumentationEntry(
                value: "math.huge",
                returns: "float: infinity",
                summary: "Infinity: greater than any other number.",
                text: "",
                example: #"print(math.huge, -math.huge) --> inf -inf"#
            ),
            DocumentationEntry(
                value: "math.maxinteger",
                returns: "integer: 2^63 - 1",
                summary: "The greatest integer.",
                text: "Integers wrap around: one more is math.mininteger.",
                example: #"print(math.maxinteger + 1 == math.mininteger) --> true"#
            ),
            DocumentationEntry(
                value: "math.mininteger",
                returns: "integer: -2^63",
                summary: "The least integer.",
                text: "",
                example: #"print(math.mininteger < 0) --> true"#
            ),
        ]
    }
}
