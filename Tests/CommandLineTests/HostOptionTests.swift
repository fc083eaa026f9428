import ArgumentParser
import Testing

@testable import distsh

/// Host options are read without the parser; what comes out is what the parser makes of them.
@Suite("Host options")
struct HostOptionTests {
    private static let values: [String: [String]] = [
        "profile": ["work"],
        "url": ["http://localhost:1", "", "a=b"],
        "store": ["x.db", ":memory:", "sample:5"],
        "app-id": ["secret", "-dash"],
        "app-id-file": ["id.txt"],
        "timeout": ["500ms", "10s", "1.5m", "0s", "soon", ""],
        "retries": ["0", "20", "21", "-1", "+5", "many", ""],
        "ca-file": ["ca.pem"],
        "unix-socket": ["/run/x.sock"],
        "history": ["none", "h.db"],
        "plan": ["plan.jsonl"],
        "memory-limit": ["64M", "2g", "0M", "2", ""],
        "max-time": ["30s", "25h"],
        "workers": ["1", "64", "65", "0", "some"],
        "color": ["auto", "always", "never", "sometimes"],
        "log-level": ["error", "warn", "info", "debug", "loud"],
    ]

    /// Each option alone, each pair of options, and options given twice.
    private static let argumentLists: [[String]] = {
        let flags = HostOptionTable.flagNames.map { "--\($0)" }
        let single =
            flags + HostOptionTable.namesWithValue.flatMap { name in (values[name] ?? []).map { "--\(name)=\($0)" } }
        let first = flags + HostOptionTable.namesWithValue.map { "--\($0)=\(values[$0]?.first ?? "")" }
        let others = [["--retries=1", "--retries=2"], ["--nothing"], ["--nothing=1"], ["--url"], ["--json=1"]]
        return [[]] + single.map { [$0] } + first.flatMap { left in first.map { [left, $0] } } + others
    }()

    @Test func `every option of the parser is in the table, and no other`() {
        let help = HostOptions.helpMessage(includeHidden: true, columns: 1000)
        let declared = help.matches(of: #/^ +--([a-z-]+)/#.anchorsMatchLineEndings()).map { String($0.1) }
        #expect(Set(declared) == Set(HostOptionTable.namesWithValue + HostOptionTable.flagNames))
        #expect(Set(Self.values.keys) == Set(HostOptionTable.namesWithValue))
    }

    @Test func `the parser agrees about every option and pair of options`() throws {
        for arguments in Self.argumentLists {
            let expected = Result { try HostOptions.parse(arguments) }
            let direct = HostOptions.readDirectly(arguments)
            switch expected {
            case .success(let options):
                #expect(direct.map(Self.text) == Self.text(options), "\(arguments)")
            case .failure(let error):
                #expect(direct == nil, "\(arguments)")
                let thrown = #expect(throws: UsageError.self) { try HostOptions.read(arguments) }
                #expect(thrown?.description == HostOptions.message(for: error), "\(arguments)")
            }
        }
    }

    private static func text(_ options: HostOptions) -> [String] {
        [
            String(describing: options.connection), String(describing: options.safety),
            String(describing: options.output), String(describing: options.session),
        ]
    }
}
