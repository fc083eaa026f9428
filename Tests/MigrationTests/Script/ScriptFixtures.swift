import DistributionAPI
import LuaRuntime
import Testing

@testable import Migration

/// A valid record, and migrations made of parts.
enum ScriptFixture {
    static let idText = "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"

    /// A record with places whose text could be written otherwise.
    static let record = """
        {"schema":{"migration":1,"semantic":"MAJOR_0_MINOR_0_PATCH_1"},"id":"\(idText)",\
        "share":{"id":"0f8b4c5e-5f0e-4a52-8b43-6e1e5c8c9a10","link":"https:\\/\\/share.example/s/ab12cd",\
        "access":"PRIVATE","accessors":{"iterable":[]},"created":{"value":"2026-03-01T10:00:00.000Z"},"short":"ab12cd"},\
        "created":{"value":"2026-03-01T10:00:00.000Z"},"updated":{"value":"2026-03-02T11:30:00.000Z"},\
        "extra":{"z":1.0,"a":1e3,"text":"\\u00e9\\ud83d\\ude00","twice":1,"twice":2,"big":12345678901234567890,\
        "none":null,"list":[ 1, 2.50 ,[] , {} ]},"count":0,\
        "github":{"gist":{"recipients":{"iterable":[{"username":"ada","email":"ada@example.com"}]},"public":true,\
        "name":"notes.md","created":{"value":"2026-03-01T10:00:00.000Z"},"updated":{"value":"2026-03-02T11:30:00.000Z"},\
        "github_id":"9fceb02d0ae598e95dc970b74767f193","url":"https://gist.example/9fceb02d"}}}
        """

    static var body: [UInt8] { Array(record.utf8) }

    static func item(input: String? = nil) throws -> WorkItem {
        WorkItem(sequence: 1, id: try #require(DistributionID(idText)), input: input.map { Array($0.utf8) })
    }

    /// The text of a migration with these fields beside a name and a selection; `head` stands before it.
    static func text(_ fields: String, head: String = "") -> String {
        "\(head)\nreturn migration {\n  name = \"test\", select = distribution.list,\n  \(fields)\n}\n"
    }

    static func file(_ text: String, folder: String = "") throws(MigrationFileError) -> MigrationFile {
        try MigrationFile(text: Array(text.utf8), name: "test.lua", folder: folder)
    }

    static func transform(
        up: String,
        head: String = "",
        fields: String = ""
    ) throws(MigrationFileError) -> LuaTransform {
        let text = text("up = function(d, row) \(up) end, \(fields)", head: head)
        return try LuaTransform(try file(text))
    }

    /// Limits that are reached soon, but for the time, which the busiest machine has enough of.
    static let tight = "limits = { memory = \"8MB\", instructions = 200000, time = \"60s\" }"
    /// The same, for code that may as well go over its time.
    static let tightInTime = "limits = { memory = \"8MB\", instructions = 200000, time = \"1s\" }"

    /// The limits for code whose refusal has this in its message: `limits.` stands for any of them.
    static func limits(for message: String) -> String {
        message == "limits." ? tightInTime : tight
    }
}

extension TransformAnswer {
    /// The text of a changed record.
    var changedText: String? {
        guard case .changed(let body) = self else { return nil }
        return String(decoding: body, as: UTF8.self)
    }

    /// Why it was refused.
    var refusal: (failure: FailureClass, message: String)? {
        guard case .refused(let failure, let message) = self else { return nil }
        return (failure, message)
    }
}
