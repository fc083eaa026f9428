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
