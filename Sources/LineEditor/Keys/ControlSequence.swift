/// A control sequence without its introducer: parameters, and the byte that ends it (ECMA-48, 5.4).
struct ControlSequence {
    /// Longer ones are swallowed and mean nothing.
    static let maxParameterBytes = 64

    enum Introducer {
        /// `ESC [`
        case control
        /// `ESC O`, which older terminals and keypads use.
        case singleShift
    }

    var introducer: Introducer
    private(set) var parameterBytes: [UInt8] = []
    private(set) var isOverlong = false

    init(_ introducer: Introducer) {
        self.introducer = introducer
    }

    mutating func append(_ byte: UInt8) {
        if parameterBytes.count < Self.maxParameterBytes {
            parameterBytes.append(byte)
        } else {
            isOverlong = true
        }
    }

    /// The parameters: numbers split by `;`, each with its subparameters split by `:`; `nil` when there is anything
    /// else, as in what a terminal answers to questions. A missing number is `nil`.
    var parameters: [[Int?]]? {
        var fields: [[Int?]] = [[nil]]
        for byte in parameterBytes {
            switch byte {
            case UInt8(ascii: ";"): fields.append([nil])
            case UInt8(ascii: ":"): fields[fields.count - 1].append(nil)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Int(byte - UInt8(ascii: "0"))
                let field = fields.count - 1
                let position = fields[field].count - 1
                let number = (fields[field][position] ?? 0) * 10 + digit
                guard number <= 0x10FFFF else { return nil }
                fields[field][position] = number
            default: return nil
            }
        }
        return fields
    }

    /// Whether there is one plain number and nothing else, as rxvt writes before `$`.
    var isPlainNumber: Bool {
        !parameterBytes.isEmpty
            && parameterBytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
