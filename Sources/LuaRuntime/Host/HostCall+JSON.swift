import CLua
import CLuaBridge
import JSONDocument

extension HostCall {
    /// The JSON text of an argument, written over the text it was read from: what the script did not change is
    /// copied byte for byte, only changed members are encoded. A table made by hand is encoded as it is.
    ///
    /// - Parameters:
    ///   - index: the argument.
    ///   - maxBytes: the longest text to make.
    /// - Throws: `LuaError` whose message names the member that cannot be written and why.
    public func mergedJSON(at index: Int, maxBytes: Int) throws(LuaError) -> [UInt8] {
        var originalLength = 0
        guard let original = bridge_json_original(state, Int32(index), &originalLength) else {
            return try json(at: index, maxBytes: maxBytes)
        }
        let text = UnsafeRawBufferPointer(start: original, count: originalLength)
        let nodes = try vm.parse(text)
        return try encode(at: index, over: nodes, original, originalLength, maxBytes: maxBytes)
    }

    /// The JSON text of an argument.
    public func json(at index: Int, maxBytes: Int) throws(LuaError) -> [UInt8] {
        try encode(at: index, over: nil, nil, 0, maxBytes: maxBytes)
    }

    /// The JSON text that a table argument was read from, `nil` for any other value.
    public func originalJSON(at index: Int) -> [UInt8]? {
        var length = 0
        guard let text = bridge_json_original(state, Int32(index), &length) else { return nil }
        return Array(UnsafeBufferPointer(start: text, count: length))
    }

    /// Whether an argument is a table marked as a JSON array.
    public func isJSONArray(at index: Int) -> Bool {
        bridge_is_json_array(state, Int32(index))
    }

    /// Ends the call with the JSON text of an argument; see `json(at:maxBytes:)`. The text is made in Lua's memory.
    public func returningJSONText(at index: Int, maxBytes: Int) throws(LuaError) -> Answer {
        let status = bridge_json_encode_string(state, Int32(index), maxBytes)
        guard status == LUA_OK else { throw vm.takeError(from: state, status: status) }
        return returningTop()
    }

    /// Ends the call with the value of a string argument that is a JSON text.
    ///
    /// The text is read where it is, so nothing of it is copied.
    public func returningParsedJSON(at index: Int) throws(LuaError) -> Answer {
        try returningParsed(at: index, as: BRIDGE_JSON)
    }

    /// Ends the call with the value of a string argument that is a JSON text; a table remembers the text, so that an
    /// update sends back what did not change.
    public func returningParsedDocument(at index: Int) throws(LuaError) -> Answer {
        try returningParsed(at: index, as: BRIDGE_DOCUMENT)
    }

    private func returningParsed(at index: Int, as kind: bridge_kind) throws(LuaError) -> Answer {
        var length = 0
        guard let text = bridge_to_string(state, Int32(index), &length) else {
            throw LuaError("expected a string, got \(type(at: index).name)")
        }
        var described = bridge_value()
        described.kind = kind
        described.text = text
        described.length = length
        described.nodes = try vm.parse(UnsafeRawBufferPointer(start: text, count: length))
        return returning(described)
    }

    private func encode(
        at index: Int,
        over nodes: UnsafePointer<bridge_json_node>?,
        _ original: UnsafePointer<UInt8>?,
        _ originalLength: Int,
        maxBytes: Int
    ) throws(LuaError) -> [UInt8] {
        var text: UnsafePointer<UInt8>?
        var length = 0
        let status = withUnsafeMutablePointer(to: &text) { target in
            target.withMemoryRebound(to: UnsafePointer<UInt8>.self, capacity: 1) { target in
                bridge_json_encode(state, Int32(index), nodes, original, originalLength, maxBytes, target, &length)
            }
        }
        guard status == LUA_OK else { throw vm.takeError(from: state, status: status) }
        return Array(UnsafeBufferPointer(start: text, count: length))
    }
}
