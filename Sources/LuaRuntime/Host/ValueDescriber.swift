import CLuaBridge
import JSONDocument

/// Describes Swift values for the bridge, in memory that lives until the host call is answered.
///
/// The bridge pushes them after the Swift frame is gone, so that an out-of-memory error crosses no Swift frame.
struct ValueDescriber {
    let vm: LuaVM

    /// - Throws: `LuaError` when a JSON text is not valid or the machine has no memory left.
    func describe(_ value: LuaValue, into target: UnsafeMutablePointer<bridge_value>) throws(LuaError) {
        var described = bridge_value()
        switch value {
        case .nil: described.kind = BRIDGE_NIL
        case .boolean(let flag):
            described.kind = BRIDGE_BOOLEAN
            described.integer = flag ? 1 : 0
        case .integer(let integer):
            described.kind = BRIDGE_INTEGER
            described.integer = integer
        case .number(let number):
            described.kind = BRIDGE_NUMBER
            described.number = number
        case .string(let bytes):
            described.kind = BRIDGE_STRING
            described.text = UnsafePointer(try copy(bytes))
            described.length = bytes.count
        case .jsonNull: described.kind = BRIDGE_JSON_NULL
        case .table(let entries): try describe(entries, metatable: nil, into: &described)
        case .object(let metatable, let entries): try describe(entries, metatable: metatable, into: &described)
        case .array(let elements): try describe(elements, into: &described)
        case .json(let text): try describe(text, kind: BRIDGE_JSON, into: &described)
        case .document(let text): try describe(text, kind: BRIDGE_DOCUMENT, into: &described)
        case .opaque(let type): throw LuaError("a value of type \(type) cannot be given to a script")
        }
        target.initialize(to: described)
    }

    private func describe(
        _ entries: [LuaValue.Entry],
        metatable: String?,
        into described: inout bridge_value
    ) throws(LuaError) {
        let fields = try allocate(bridge_value.self, count: 2 * entries.count)
        for (position, entry) in entries.enumerated() {
            try describe(entry.key, into: fields + 2 * position)
            try describe(entry.value, into: fields + 2 * position + 1)
        }
        described.kind = BRIDGE_TABLE
        described.count = UInt32(entries.count)
        described.fields = UnsafePointer(fields)
        if let metatable {
            var name = Array(metatable.utf8)
            name.append(0)
            let copied = try copy(name)
            described.metatable = UnsafeRawPointer(copied).assumingMemoryBound(to: CChar.self)
        }
    }

    private func describe(_ elements: [LuaValue], into described: inout bridge_value) throws(LuaError) {
        let fields = try allocate(bridge_value.self, count: elements.count)
        for (position, element) in elements.enumerated() {
            try describe(element, into: fields + position)
        }
        described.kind = BRIDGE_ARRAY
        described.count = UInt32(elements.count)
        described.fields = UnsafePointer(fields)
    }

    private func describe(_ text: [UInt8], kind: bridge_kind, into described: inout bridge_value) throws(LuaError) {
        let bytes = UnsafePointer(try copy(text))
        let nodes = try vm.parse(UnsafeRawBufferPointer(start: bytes, count: text.count))
        described.kind = kind
        described.text = bytes
        described.length = text.count
        described.nodes = nodes
    }

    private func copy(_ bytes: [UInt8]) throws(LuaError) -> UnsafeMutablePointer<UInt8> {
        let target = try allocate(UInt8.self, count: bytes.count)
        bytes.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            target.initialize(from: base, count: source.count)
        }
        return target
    }

    private func allocate<Element>(_: Element.Type, count: Int) throws(LuaError) -> UnsafeMutablePointer<Element> {
        guard let memory = bridge_arena_allocate(vm.handle, max(1, count) * MemoryLayout<Element>.stride) else {
            throw LuaError("not enough memory", code: .memory)
        }
        return memory.bindMemory(to: Element.self, capacity: count)
    }
}
