/// A plain recursive checker of JSON text, written after the grammar of RFC 8259 with nothing clever in it: what the
/// parser accepts is held against it.
struct ReferenceChecker {
    private let scalars: [Unicode.Scalar]
    private var index = 0

    /// Whether `bytes` is one JSON value in UTF-8, at most `maxDepth` deep.
    static func accepts(_ bytes: [UInt8], maxDepth: Int = 512) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var checker = ReferenceChecker(scalars: Array(text.unicodeScalars))
        checker.whitespace()
        guard checker.value(maxDepth) else { return false }
        checker.whitespace()
        return checker.index == checker.scalars.count
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private mutating func whitespace() {
        while let scalar = peek, " \t\n\r".unicodeScalars.contains(scalar) { index += 1 }
    }

    private mutating func word(_ word: String) -> Bool {
        for scalar in word.unicodeScalars {
            guard take(scalar) else { return false }
        }
        return true
    }

    private mutating func value(_ depth: Int) -> Bool {
        switch peek {
        case "{": depth > 0 && list("{", "}") { $0.member(depth - 1) }
        case "[": depth > 0 && list("[", "]") { $0.value(depth - 1) }
        case "\"": string()
        case "t": word("true")
        case "f": word("false")
        case "n": word("null")
        default: number()
        }
    }

    private mutating func list(
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ item: (inout ReferenceChecker) -> Bool
    ) -> Bool {
        guard take(open) else { return false }
        whitespace()
        if take(close) { return true }
        while true {
            whitespace()
            guard item(&self) else { return false }
            whitespace()
            if take(close) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func member(_ depth: Int) -> Bool {
        guard string() else { return false }
        whitespace()
        guard take(":") else { return false }
        whitespace()
        return value(depth)
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let scalar = peek {
            index += 1
            if scalar == "\"" { return true }
            if scalar.value < 0x20 { return false }
            if scalar == "\\" {
                guard let letter = peek, "\"\\/bfnrtu".unicodeScalars.contains(letter) else { return false }
                index += 1
                if letter == "u", !fourHexDigits() { return false }
            }
        }
        return false
    }

    private mutating func fourHexDigits() -> Bool {
        for _ in 0..<4 {
            guard let scalar = peek, scalar.properties.isASCIIHexDigit else { return false }
            index += 1
        }
        return true
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0"), !digits() { return false }
        if take("."), !digits() { return false }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let first = index
        while let scalar = peek, ("0"..."9").contains(scalar) { index += 1 }
        return index > first
    }
}
