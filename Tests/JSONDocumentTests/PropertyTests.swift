import JSONDocument
import Testing

@Suite("Random documents; the argument of a failing case is its seed", .timeLimit(.minutes(4)))
struct PropertyTests {
    static let seeds = UInt64(1)...100
    static let roundsPerSeed = 20

    @Test("what was parsed is there byte for byte, value by value", arguments: seeds)
    func identity(_ seed: UInt64) throws {
        var source = RandomDocument(seed: seed)
        for _ in 0..<Self.roundsPerSeed {
            let text = source.text()
            #expect(ReferenceChecker.accepts(text), "seed \(seed)")
            let document = try JSONDocument(parsing: text)
            #expect(document.bytes == text)
            expectCovered(document.root)
            let compact = document.root.compact()
            #expect(JSONDocument.diff(document, try JSONDocument(parsing: compact)).isEmpty)
            #expect(try JSONDocument(parsing: document.root.pretty()).root.compact() == compact)
        }
    }

    /// Children lie in order inside their container, and each one's text parses to the same value on its own.
    private func expectCovered(_ value: JSONDocument.Value) {
        var position = Int(value.node.offset) + 1
        let children = value.kind == .object ? value.members.map(\.value) : Array(value.elements)
        #expect(children.count == value.count)
        for child in children {
            #expect(child.node.byteRange.lowerBound >= position)
            position = child.node.byteRange.upperBound
            expectCovered(child)
        }
        #expect(children.isEmpty || position < value.node.byteRange.upperBound)
    }

    @Test("a text with random damage is accepted exactly when the grammar allows it", arguments: seeds)
    func damage(_ seed: UInt64) {
        var source = RandomDocument(seed: seed)
        var accepted = 0
        for _ in 0..<Self.roundsPerSeed * 10 {
            var text = source.text()
            for _ in 0...source.int(below: 2) { damage(&text, &source) }
            let isAccepted = (try? JSONDocument(parsing: text)) != nil
            accepted += isAccepted ? 1 : 0
            #expect(isAccepted == ReferenceChecker.accepts(text), "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(accepted > 0)
        #expect(accepted < Self.roundsPerSeed * 10)
    }

    private func damage(_ text: inout [UInt8], _ source: inout RandomDocument) {
        let interesting = Array("{}[]:,\"\\u0eE+-.1tfn \n\t/".utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF0, 0xFF]
        let byte = interesting[source.int(below: interesting.count)]
        let place = source.int(below: text.count + 1)
        switch source.int(below: 3) {
        case 0: text.insert(byte, at: place)
        case 1 where place < text.count: text.remove(at: place)
        default: if place < text.count { text[place] = byte }
        }
    }

    @Test("setting one value changes that value's bytes and no others", arguments: seeds)
    func setting(_ seed: UInt64) throws {
        var source = RandomDocument(seed: seed)
        for _ in 0..<Self.roundsPerSeed {
            let document = try JSONDocument(parsing: source.text())
            let pointers = pointers(in: document.root, at: .root)
            let pointer = pointers[source.int(below: pointers.count)]
            let target = try #require(document[pointer])
            #expect(try JSONPointer(parsing: pointer.description) == pointer)

            var edited = document
            try edited.set(pointer, toRaw: Array("{\"set\":[1E400]}".utf8))
            let range = target.node.byteRange
            let expected =
                document.bytes[..<range.lowerBound] + Array("{\"set\":[1E400]}".utf8)
                + document.bytes[range.upperBound...]
            #expect(edited.bytes == Array(expected))
            try edited.set(pointer, toRaw: Array(target.rawBytes))
            #expect(edited == document)
        }
    }

    /// The pointers to all values that are read: of duplicate names the last.
    private func pointers(in value: JSONDocument.Value, at pointer: JSONPointer) -> [JSONPointer] {
        var found = [pointer]
        for member in value.members where value[member.name]?.index == member.value.index {
            found += pointers(in: member.value, at: pointer.appending(member.name))
        }
        for (position, element) in value.elements.enumerated() {
            found += pointers(in: element, at: pointer.appending(position))
        }
        return found
    }

    @Test("adding a member and removing it gives the same text; removing any keeps the others' text", arguments: seeds)
    func addingAndRemoving(_ seed: UInt64) throws {
        var source = RandomDocument(seed: seed)
        for _ in 0..<Self.roundsPerSeed {
            let document = try JSONDocument(parsing: source.objectText())
            var edited = document
            let added = JSONPointer(["added member"])
            try edited.set(added, to: "value")
            #expect(edited[added]?.string == "value")
            let kept = edited.root.members.dropLast(1).map { $0.name + $0.value.rawText }
            #expect(kept == document.root.members.map { $0.name + $0.value.rawText })
            try edited.remove(added)
            if document.root.count > 0 { #expect(edited == document) }

            guard let name = document.root.members.map(\.name).randomElement(using: &source) else { continue }
            try edited.remove(JSONPointer([name]))
            let others = document.root.members.filter { $0.name != name }
            #expect(edited.root.members.map { $0.name + $0.value.rawText } == others.map { $0.name + $0.value.rawText })
        }
    }

    @Test("a document does not differ from itself; applying a difference gives the other", arguments: seeds)
    func difference(_ seed: UInt64) throws {
        var source = RandomDocument(seed: seed)
        for _ in 0..<Self.roundsPerSeed {
            let a = try JSONDocument(parsing: source.text())
            let b = try JSONDocument(parsing: source.chance(50) ? source.text() : damaged(a, &source))
            #expect(JSONDocument.diff(a, a).isEmpty)
            let changes = JSONDocument.diff(a, b)
            var applied = a
            try applied.apply(changes)
            #expect(JSONDocument.diff(applied, b).isEmpty)
            #expect(changes.allSatisfy { a[$0.pointer].map { Array($0.rawBytes) } == $0.old })
            #expect(changes.allSatisfy { b[$0.pointer].map { Array($0.rawBytes) } == $0.new })
        }
    }

    /// The document with some values replaced.
    private func damaged(_ document: JSONDocument, _ source: inout RandomDocument) throws -> [UInt8] {
        var edited = document
        for _ in 0..<3 {
            let pointers = pointers(in: edited.root, at: .root)
            try edited.set(pointers[source.int(below: pointers.count)], toRaw: source.text())
        }
        return edited.bytes
    }
}
