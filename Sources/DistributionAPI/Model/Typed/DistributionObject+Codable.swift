internal import JSONDocument

extension DistributionObject {
    /// Decodes an object with all its members, whether the contract names them or not.
    ///
    /// What the decoder does not tell is not kept: white space, number text and, with most decoders, the order of
    /// members. `init(parsing:)` keeps everything.
    public init(from decoder: any Decoder) throws {
        let document = try JSONDocument(try DecodedJSON(from: decoder).value)
        guard document.root.kind == .object else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected the object of a \(Self.schema.contractName)"
                )
            )
        }
        self.init(document: document)
    }

    public func encode(to encoder: any Encoder) throws {
        try EncodedJSON(value: document.root).encode(to: encoder)
    }
}

private struct MemberKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}

/// Any JSON value out of a decoder.
private struct DecodedJSON: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: MemberKey.self) {
            value = .object(
                try members.allKeys.map { key in
                    JSONValue.Member(key.stringValue, try members.decode(DecodedJSON.self, forKey: key).value)
                }
            )
        } else if var elements = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(DecodedJSON.self).value) }
            value = .array(values)
        } else {
            value = try Self.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSONValue {
        if container.decodeNil() { return .null }
        if let bool = try? container.decode(Bool.self) { return .bool(bool) }
        if let integer = try? container.decode(Int64.self) { return .integer(integer) }
        if let integer = try? container.decode(UInt64.self) { return .raw(Array(integer.description.utf8)) }
        if let number = try? container.decode(Double.self) { return .number(number) }
        return .string(try container.decode(String.self))
    }
}

/// Any JSON value into an encoder.
private struct EncodedJSON: Encodable {
    let value: JSONDocument.Value

    func encode(to encoder: any Encoder) throws {
        switch value.kind {
        case .object:
            var container = encoder.container(keyedBy: MemberKey.self)
            for member in value.members {
                try container.encode(EncodedJSON(value: member.value), forKey: MemberKey(stringValue: member.name))
            }
        case .array:
            var container = encoder.unkeyedContainer()
            for element in value.elements { try container.encode(EncodedJSON(value: element)) }
        case .null, .false, .true, .integer, .number, .string:
            try encodeScalar(encoder.singleValueContainer())
        }
    }

    private func encodeScalar(_ container: any SingleValueEncodingContainer) throws {
        var container = container
        if let bool = value.bool {
            try container.encode(bool)
        } else if let integer = value.int64 {
            try container.encode(integer)
        } else if let integer = UInt64(value.rawText) {
            try container.encode(integer)
        } else if let number = value.double {
            try container.encode(number)
        } else if let string = value.string {
            try container.encode(string)
        } else {
            try container.encodeNil()
        }
    }
}
