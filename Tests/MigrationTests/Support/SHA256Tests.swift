import Foundation
import TestSupport
import Testing

@testable import Migration

@Suite("SHA-256")
struct SHA256Tests {
    /// The examples of FIPS 180-4 and of its test vectors.
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ]
    )
    func publishedVectors(message: String, digits: String) {
        #expect(hexadecimalHash(Array(message.utf8)) == digits)
    }

    @Test
    func aMillionLetters() {
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(hexadecimalHash(message) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// Around the borders of a block, and of the place where the length no longer fits the last one.
    @Test
    func agreesWithSha256sumAroundTheBordersOfBlocks() throws {
        var random = SeededGenerator(seed: 0x5a256)
        for count in [1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 191, 192, 4095, 4096, 100_003] {
            let message = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            try #expect(hexadecimalHash(message) == sha256sum(message), "\(count) bytes, seed \(random.seed)")
        }
    }

    @Test(arguments: 1...20)
    func piecesMakeNoDifference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let message = (0..<Int.random(in: 0...2000, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        var hash = SHA256()
        var rest = message[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...150, using: &random))
            hash.update(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(hash.finish() == SHA256.digest(of: message), "seed \(seed)")
    }

    @Test
    func finishingLeavesTheMessageOpen() {
        var hash = SHA256()
        hash.update(Array("ab".utf8))
        #expect(hash.finish() == SHA256.digest(of: Array("ab".utf8)))
        hash.update(Array("c".utf8))
        #expect(hash.finish() == SHA256.digest(of: Array("abc".utf8)))
        #expect(hash.finish().count == SHA256.digestBytes)
    }

    @Test
    func digitsAreThoseOfTheBytes() {
        #expect(SHA256.hexadecimal(of: [0x00, 0x0f, 0xa5, 0xff]) == "000fa5ff")
        #expect(SHA256.hexadecimal(of: []) == "")
    }

    private func hexadecimalHash(_ message: [UInt8]) -> String {
        SHA256.hexadecimal(of: SHA256.digest(of: message))
    }

    /// The first word that the program of coreutils prints for a file with the bytes.
    private func sha256sum(_ message: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "distsh-sha256-\(UUID().uuidString)")
        try Data(message).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        process.arguments = [file.path]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return String(text.prefix { $0 != " " })
    }
}
