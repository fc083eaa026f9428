import Foundation
import Testing

@testable import LineEditor

@Suite("The history file")
final class HistoryFileTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("history-\(UUID().uuidString)")
    var path: String { folder.appendingPathComponent("history").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private var contents: String {
        get throws { try String(contentsOfFile: path, encoding: .utf8) }
    }

    private func load(maxEntries: Int = History.maxEntries) -> [String] {
        var file = HistoryFile(path: path, maxEntries: maxEntries)
        return file.newEntries()
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    @Test(
        "Entries come back exactly",
        arguments: [
            "one", "two\nlines", "a\\nb", "\\", "\\\\n\n\\", "tail\n", "\n\nx", "é 👩‍👩‍👧‍👦", "\tx", "print(\"\\t\")",
        ]
    )
    func exactness(_ entry: String) {
        var file = HistoryFile(path: path)
        #expect(file.append(entry).isEmpty)
        #expect(load() == [entry])
        #expect(file.newEntries().isEmpty)
        #expect(file.takeProblem() == nil)
    }

    @Test("Only the owner can read the file, even one that was there before")
    func permissions() throws {
        var file = HistoryFile(path: path)
        _ = file.append("one")
        try #expect(mode(path) == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        _ = file.append("two")
        try #expect(mode(path) == 0o600)
    }

    @Test("A file that is not there is no problem, and is not made before there is an entry")
    func missing() {
        var file = HistoryFile(path: path)
        #expect(file.newEntries().isEmpty)
        #expect(file.takeProblem() == nil)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("What is not to be kept is not written")
    func notKept() {
        var file = HistoryFile(path: path) { entry in
            entry.contains("secret") ? nil : entry.replacing("token", with: "***")
        }
        for entry in ["one", "one", " space", "a secret", "\n", "my token", "one"] { _ = file.append(entry) }
        #expect(load() == ["one", "my ***", "one"])
    }

    @Test(
        "A file written by hand, or damaged, is read as far as it is text",
        arguments: [
            (Array("one\r\n\n\\d+\nlast".utf8), ["one", "\\d+", "last"]),
            (Array("one\n".utf8) + [0xFF, 0xFE, 0x0A] + Array("two\n".utf8), ["one", "two"]),
            ([0, 0, 0, 0x0A] + Array("two\n".utf8), ["two"]),
            (Array("a\\".utf8), ["a\\"]),
            ([], []),
        ] as [([UInt8], [String])]
    )
    func handwritten(_ bytes: [UInt8], _ entries: [String]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(load() == entries)
        var file = HistoryFile(path: path)
        _ = file.append("new")
        #expect(load() == entries + ["new"])
        let written = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(written.starts(with: bytes))
    }

    @Test("Sessions take over what the others append")
    func sharing() {
        var one = HistoryFile(path: path)
        var two = HistoryFile(path: path)
        #expect(one.append("a") == [])
        #expect(two.append("b") == ["a"])
        #expect(two.append("c") == [])
        #expect(one.newEntries() == ["b", "c"])
        #expect(one.append("d\ne") == [])
        #expect(two.newEntries() == ["d\ne"])
        #expect(load() == ["a", "b", "c", "d\ne"])
    }

    @Test("A file with too many entries is shortened, and the sessions find their place in it")
    func shortening() throws {
        var one = HistoryFile(path: path, maxEntries: 8)
        var two = HistoryFile(path: path, maxEntries: 8)
        for number in 0..<8 { _ = one.append("one \(number)") }
        #expect(two.newEntries().count == 8)
        for number in 0..<3 { _ = one.append("more \(number)") }
        #expect(load() == (3..<8).map { "one \($0)" } + (0..<3).map { "more \($0)" })
        #expect(two.append("two") == ["more 0", "more 1", "more 2"])
        #expect(one.newEntries() == ["two"])
        try #expect(mode(path) == 0o600)
        try #expect(FileManager.default.contentsOfDirectory(atPath: folder.path) == ["history"])
    }

    @Test("A file that someone empties or replaces is taken as it is")
    func replaced() throws {
        var file = HistoryFile(path: path)
        _ = file.append("one")
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(file.newEntries().isEmpty)
        _ = file.append("two")
        #expect(load() == ["two"])
        try Data("three\nfour\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(file.newEntries() == ["three", "four"])
        try FileManager.default.removeItem(atPath: path)
        _ = file.append("five")
        #expect(load() == ["five"])
    }

    @Test("Of a file that is too large the end is read, and it is shortened")
    func large() throws {
        let line = String(repeating: "x", count: 999)
        let count = HistoryFile.maxBytes / 1000 + 500
        let text = (0..<count).map { "\($0) " + line }.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let entries = load(maxEntries: 100_000)
        #expect(entries.last == "\(count - 1) " + line)
        #expect(entries.allSatisfy { $0.hasSuffix(" " + line) })
        #expect((3500..<count).contains(entries.count))
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        #expect((HistoryFile.maxBytes / 4...HistoryFile.maxBytes / 2 + 2000).contains(size))
    }

    @Test("A symbolic link stays one when the file is shortened")
    func symbolicLink() throws {
        let target = folder.appendingPathComponent("target").path
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "target")
        var file = HistoryFile(path: path, maxEntries: 2)
        for number in 0..<5 { _ = file.append("entry \(number)") }
        try #expect(FileManager.default.destinationOfSymbolicLink(atPath: path) == "target")
        try #expect(String(contentsOfFile: target, encoding: .utf8) == "entry 3\nentry 4\n")
    }

    @Test(
        "A problem is told once",
        arguments: [("folder", "not a regular file"), ("missing/history", "No such file or directory")]
    )
    func problems(_ name: String, _ reason: String) throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("folder"),
            withIntermediateDirectories: false
        )
        let path = folder.appendingPathComponent(name).path
        var file = HistoryFile(path: path)
        #expect(file.append("one").isEmpty)
        #expect(file.takeProblem() == "history file \(path): \(reason)")
        #expect(file.append("two").isEmpty)
        #expect(file.newEntries().isEmpty)
        #expect(file.takeProblem() == nil)
    }

    @Test("A device takes entries and says nothing")
    func nullDevice() {
        var file = HistoryFile(path: "/dev/null")
        #expect(file.append("one").isEmpty)
        #expect(file.takeProblem() == nil)
    }

    @Test("A session goes on without the file when another holds the lock")
    func lockTimeout() throws {
        var file = HistoryFile(path: path)
        _ = file.append("one")
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        #expect(flock(descriptor, LOCK_EX) == 0)
        let clock = ContinuousClock()
        let first = clock.measure { _ = file.append("two") }
        #expect(first >= .milliseconds(HistoryFile.lockTimeoutMilliseconds))
        #expect(file.takeProblem() == "history file \(path): locked by another program")
        // Whoever waited in vain once waits no more: so many waits would take ten seconds.
        let count = 20
        let later = clock.measure { for number in 1...count { _ = file.append("three \(number)") } }
        #expect(later < .milliseconds(count * HistoryFile.lockTimeoutMilliseconds))
        #expect(file.takeProblem() == nil)
        // A program that another test is just starting may have the descriptor, too.
        flock(descriptor, LOCK_UN)
        close(descriptor)
        _ = file.append("four")
        try #expect(contents == "one\nfour\n")
    }

    @Test("Sessions that write at once lose nothing", arguments: [5000, 40])
    func concurrency(_ maxEntries: Int) async {
        let path = path
        await withTaskGroup(of: Void.self) { group in
            for session in 0..<4 {
                group.addTask {
                    var file = HistoryFile(path: path, maxEntries: maxEntries)
                    for number in 0..<50 {
                        _ = file.append("\(session).\(number)\nline")
                        #expect(file.takeProblem() == nil)
                    }
                }
            }
        }
        let entries = load(maxEntries: maxEntries)
        let expected = Set((0..<4).flatMap { session in (0..<50).map { "\(session).\($0)\nline" } })
        #expect(Set(entries).isSubset(of: expected))
        #expect(Set(entries).count == entries.count)
        #expect(entries.count >= min(maxEntries, expected.count))
        for session in 0..<4 {
            let own = entries.filter { $0.hasPrefix("\(session).") }
            #expect(own == own.sorted { $0.count == $1.count ? $0 < $1 : $0.count < $1.count })
        }
    }

    @Test("Every session sees every entry of the others, even while the file is shortened")
    func nothingMissed() {
        var files = (0..<3).map { _ in HistoryFile(path: path, maxEntries: 20) }
        var seen = [[String]](repeating: [], count: 3)
        for step in 0..<200 {
            let session = step * 7 % 3
            seen[session] += files[session].append("entry \(step)")
            seen[session].append("entry \(step)")
        }
        for session in 0..<3 {
            seen[session] += files[session].newEntries()
            #expect(seen[session] == (0..<200).map { "entry \($0)" })
        }
    }
}
