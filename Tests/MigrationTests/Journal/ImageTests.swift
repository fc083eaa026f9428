import DistributionAPI
import TestSupport
import Testing

@testable import Migration

@Suite("Bodies come back byte for byte")
struct ImageTests {
    static let sizes = [0, 1, 2, 7, 8, 9, 100, 700, 4096, 32_767, 32_769, 100_000, 2 << 20]

    private static func body(_ size: Int, _ random: inout SeededGenerator) -> [UInt8] {
        let words = [#""created":{"value":"#, #""name":"#, "a", "7", "\"", "é", "{}"].map { Array($0.utf8) }
        var body: [UInt8] = []
        while body.count < min(size, maxPeriod) { body += words[Int(random.next() % UInt64(words.count))] }
        return repeated(body, size)
    }

    private static func noise(_ size: Int, _ random: inout SeededGenerator) -> [UInt8] {
        repeated((0..<min(size, maxPeriod)).map { _ in UInt8(truncatingIfNeeded: random.next()) }, size)
    }

    /// Longer bodies repeat themselves, at a distance that compressing does not see.
    private static let maxPeriod = 70_000

    private static func repeated(_ part: [UInt8], _ size: Int) -> [UInt8] {
        var body = part
        while body.count < size { body += part }
        return Array(body.prefix(size))
    }

    /// Pairs of bodies of a size: equal, unlike, with one change, with many, longer and shorter.
    private static func pairs(_ size: Int, _ random: inout SeededGenerator) -> [(pre: [UInt8], post: [UInt8])] {
        let text = body(size, &random)
        var oneChange = text
        var manyChanges = text
        if size > 0 {
            oneChange[Int(random.next() % UInt64(size))] ^= 0x15
            for _ in 0..<5 { manyChanges[Int(random.next() % UInt64(size))] ^= 0x15 }
        }
        let middle = size / 2
        return [
            (text, text), (text, oneChange), (text, manyChanges), (text, []), ([], text),
            (text, noise(size, &random)), (noise(size, &random), text), (text, text + body(300, &random)),
            (text, Array(text[..<middle]) + Array("inserted".utf8) + Array(text[middle...])),
            (text, Array(text.prefix(middle))), (text, text + text),
        ]
    }

    @Test("Through the codec, whatever came before", arguments: sizes)
    func roundTrips(size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size) + 1)
        let codec = ImageCodec()
        for (pre, post) in Self.pairs(size, &random) {
            try codec.withStored(preimage: pre, postimage: post) { storedPre, storedPost in
                #expect(storedPre.count <= pre.count + 15)
                #expect(storedPost.count <= post.count + 15 || storedPost.count <= 26)
                try #expect(codec.body(of: storedPre, preimage: nil) == pre)
                try #expect(codec.body(of: storedPost, preimage: pre) == post)
            }
        }
    }

    @Test("A journal gives back the bodies that it was given", arguments: JournalKind.allCases)
    func storesBodies(kind: JournalKind) async throws {
        var random = SeededGenerator(seed: 9)
        var pairs = Self.sizes.dropLast().flatMap { Self.pairs($0, &random) }
        pairs += Self.pairs(2 << 20, &random).prefix(3)
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(pairs.count)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            for (index, pair) in pairs.enumerated() {
                let intent = Intent(
                    sequence: Int64(index + 1),
                    generation: 0,
                    preimage: pair.pre,
                    postimage: pair.post,
                    shape: 1
                )
                let outcome = Outcome(sequence: Int64(index + 1), generation: 0, kind: .verified)
                let results = try await session.commit([
                    .intent(intent, chunk: 0, fence: 1), .outcome(outcome, fence: 1),
                ])
                #expect(results == [.written, .written])
            }
            session.close()
            for (index, pair) in pairs.enumerated() {
                let read = try #require(
                    try fixture.journal.applied(run: run, after: Int64(index), limit: 1).first
                )
                #expect(read.preimage == pair.pre && read.postimage == pair.post, "pair \(index)")
            }
        }
    }

    @Test("A change costs few bytes, and the API's texts shrink")
    func isSmall() throws {
        let codec = ImageCodec()
        var counts = (pre: 0, post: 0, raw: 0)
        for sample in SampleGenerator(seed: 4).prefix(200) {
            let text = String(decoding: sample.body, as: UTF8.self)
            let changed = text.replacing(#""access":"PRIVATE""#, with: #""access":"PUBLIC""#)
            try codec.withStored(preimage: sample.body, postimage: Array(changed.utf8)) { pre, post in
                counts.pre += pre.count
                counts.post += post.count
                counts.raw += sample.body.count
            }
        }
        #expect(counts.post <= 200 * 24)
        #expect(counts.pre * 2 < counts.raw)
    }

    @Test("Every flipped bit of a stored body is noticed", arguments: [0, 1, 40, 700])
    func noticesDamage(size: Int) throws {
        var random = SeededGenerator(seed: 3)
        let codec = ImageCodec()
        for (pre, post) in Self.pairs(size, &random) {
            let stored = try codec.withStored(preimage: pre, postimage: post) { (Array($0), Array($1)) }
            for (bytes, preimage, original) in [(stored.0, nil, pre), (stored.1, pre, post)] {
                for place in bytes.indices {
                    var damaged = bytes
                    damaged[place] ^= 1 << UInt8(random.next() % 8)
                    let read = damaged.withUnsafeBytes { buffer in
                        try? codec.body(of: buffer, preimage: preimage)
                    }
                    // Some bits of a compressed text mean nothing.
                    #expect(read == nil || read == original)
                }
                for count in 0..<min(bytes.count, 12) {
                    let error = bytes[..<count].withUnsafeBytes { buffer in
                        journalError { try codec.body(of: buffer, preimage: preimage) }
                    }
                    #expect(error?.code == .damaged)
                }
            }
        }
    }

    @Test("A body that is too long is refused")
    func refusesLongBodies() {
        let long = [UInt8](repeating: 0, count: ImageCodec.maxImageBytes + 1)
        let error = journalError { try ImageCodec().withStored(preimage: long, postimage: []) { _, _ in } }
        #expect(error?.code == .failed)
    }
}
