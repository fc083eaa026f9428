/// A value as the host sees it.
///
/// Strings are bytes, as in Lua. Reading a value from a script copies it: tables become `.table` up to
/// `LuaVM.maxReadDepth` levels and `LuaVM.maxReadEntries` entries; functions, coroutines and userdata become `.opaque`
/// with their type's name, and so does a script's result that is beyond those limits.
public enum LuaValue: Sendable, Equatable {
    case `nil`
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string([UInt8])
    /// Pairs of key and value, in no particular order when read.
    case table([Entry])
    /// A sequence; marked as a JSON array when given to a script.
    case array([LuaValue])
    /// The value `json.null`.
    case jsonNull
    /// Only to a script: a table whose metatable was registered under this name (`LuaVM.registerMetatable`).
    case object(metatable: String, [Entry])
    /// Only to a script: a JSON text as a plain value.
    case json([UInt8])
    /// Only to a script: a JSON text as a table that remembers it, so that an update sends back what did not change.
    case document([UInt8])
    /// Only from a script: a value that the host cannot hold, by the name of its type.
    case opaque(String)

    /// One entry of a table.
    public struct Entry: Sendable, Equatable {
        public var key: LuaValue
        public var value: LuaValue

        public init(_ key: LuaValue, _ value: LuaValue) {
            self.key = key
            self.value = value
        }

        public init(_ key: String, _ value: LuaValue) {
            self.init(.string(key), value)
        }
    }

    /// A string value from text.
    public static func string(_ text: String) -> LuaValue {
        .string(Array(text.utf8))
    }
}

extension LuaValue {
    /// The text of a string value, repaired where it is not UTF-8; `nil` for other types.
    public var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value under a text key of a table; `nil` when there is none.
    public subscript(_ name: String) -> LuaValue? {
        let key = LuaValue.string(name)
        switch self {
        case .table(let entries), .object(_, let entries): return entries.first { $0.key == key }?.value
        default: return nil
        }
    }
}

extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral text: String) { self = .string(text) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(nilLiteral: ()) { self = .nil }
}
