import DistributionAPI

/// What readers do with bytes.
enum InputText {
    /// The bytes without spaces and tabs around them.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    /// Reads an id.
    ///
    /// - Throws: `InputError` with what stands there in place of an id.
    static func id(
        _ text: ArraySlice<UInt8>,
        at place: @autoclosure () -> String
    ) throws(InputError) -> DistributionID {
        if let id = text.withUnsafeBytes({ DistributionID(utf8: $0) }) { return id }
        throw InputProblem.noID(String(decoding: text, as: UTF8.self)).at(place())
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
