/// The operators and punctuation marks of Lua 5.4, except the label mark `::`.
public enum Operator: String, Hashable, Sendable, CaseIterable {
    case plus = "+"
    case minus = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case power = "^"
    case length = "#"
    case bitAnd = "&"
    case bitXor = "~"
    case bitOr = "|"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case equal = "=="
    case notEqual = "~="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case assign = "="
    case openParenthesis = "("
    case closeParenthesis = ")"
    case openBrace = "{"
    case closeBrace = "}"
    case openBracket = "["
    case closeBracket = "]"
    case semicolon = ";"
    case colon = ":"
    case comma = ","
    case dot = "."
    case concatenate = ".."
    case varargs = "..."

    /// Whether it may stand between two operands.
    var isBinary: Bool {
        switch self {
        case .plus, .minus, .multiply, .divide, .floorDivide, .modulo, .power, .bitAnd, .bitXor, .bitOr, .shiftLeft,
            .shiftRight, .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater, .concatenate:
            true
        default: false
        }
    }

    /// Whether it may stand before an operand.
    var isUnary: Bool {
        self == .minus || self == .length || self == .bitXor
    }

    var isOpening: Bool {
        self == .openParenthesis || self == .openBrace || self == .openBracket
    }

    /// What opens the bracket that it closes; `nil` when it closes none.
    var opening: Operator? {
        switch self {
        case .closeParenthesis: .openParenthesis
        case .closeBrace: .openBrace
        case .closeBracket: .openBracket
        default: nil
        }
    }
}
