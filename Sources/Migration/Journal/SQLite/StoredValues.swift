internal import DistributionAPI
internal import SQLiteStorage

extension DateTime {
    /// Nanoseconds since 1970; times before 1678 and after 2261 are stored as the ends of that range.
    var storedNanoseconds: Int64 {
        let (product, overflow) = secondsSince1970.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isTooMuch) = product.addingReportingOverflow(Int64(nanoseconds))
        return overflow || isTooMuch ? (secondsSince1970 < 0 ? .min : .max) : sum
    }

    init(storedNanoseconds: Int64) {
        let part = ((storedNanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
        self.init(
            secondsSince1970: storedNanoseconds / 1_000_000_000 - (part != 0 && storedNanoseconds < 0 ? 1 : 0),
            nanoseconds: Int32(part)
        )
    }
}

extension DistributionID {
    /// The id's text when it has upper-case digits, for the 16 bytes do not tell; else `nil`.
    var spelling: String? {
        withUnsafeTemporaryAllocation(byteCount: Self.textLength, alignment: 1) { buffer -> String? in
            write(to: buffer)
            let hasCapitals = buffer.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
            return hasCapitals ? String(decoding: buffer, as: UTF8.self) : nil
        }
    }
}

extension String {
    /// The text, or what of it fits into a number of bytes without cutting a character's bytes apart.
    func cut(toBytes maxBytes: Int) -> String {
        guard utf8.count > maxBytes else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: maxBytes)
        while end > utf8.startIndex, UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension Outcome {
    /// A message as it is stored.
    static func cutMessage(_ message: String) -> String { message.cut(toBytes: maxMessageBytes) }
}

extension RawStatement {
    func bind(_ key: RecordKey, at index: CInt) { bind(key.rawValue, at: index) }

    /// Binds both ends of a range to two parameters that follow each other.
    func bind(_ range: KeyRange, at index: CInt) {
        bind(range.first, at: index)
        bind(range.last, at: index + 1)
    }

    func bind(_ time: DateTime, at index: CInt) { bind(time.storedNanoseconds, at: index) }

    func key(at column: CInt) -> RecordKey { RecordKey(rawValue: integer(at: column)) }
    func time(at column: CInt) -> DateTime { DateTime(storedNanoseconds: integer(at: column)) }
    func optionalInteger(at column: CInt) -> Int? { isNull(at: column) ? nil : Int(integer(at: column)) }
    func optionalString(at column: CInt) -> String? { isNull(at: column) ? nil : string(at: column) }
    func optionalBytes(at column: CInt) -> [UInt8]? { isNull(at: column) ? nil : bytes(at: column) }

    /// The id in `record_id`, spelled as the column after it says.
    func recordID(at column: CInt) throws -> DistributionID {
        let spelled = isNull(at: column + 1) ? id(at: column) : DistributionID(string(at: column + 1))
        guard let spelled else { throw JournalError(.damaged, "an id of the migration journal is damaged") }
        return spelled
    }
}
