import Foundation
import LuaRuntime

extension LuaValue {
    /// The value that a script would read from a JSON text.
    init(json text: [UInt8]) throws {
        self = Self.value(try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed))
    }

    private static func value(_ any: Any) -> LuaValue {
        switch any {
        case let text as String: .string(text)
        case let list as [Any]: .table(list.enumerated().map { .init(.integer(Int64($0 + 1)), value($1)) })
        case let object as [String: Any]: .table(object.filter { !($0.value is NSNull) }.map { .init($0, value($1)) })
        case let number as NSNumber where CFBooleanLike.isBoolean(number): .boolean(number.boolValue)
        case let number as NSNumber: Int64(exactly: number).map { .integer($0) } ?? .number(number.doubleValue)
        default: .jsonNull
        }
    }

    /// Foundation reads booleans as numbers of one bit.
    private enum CFBooleanLike {
        static func isBoolean(_ number: NSNumber) -> Bool {
            String(cString: number.objCType) == "c"
        }
    }
}
