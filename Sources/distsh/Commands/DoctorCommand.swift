import ArgumentParser
import DistributionAPI
import DistributionClient
import DistributionStore
import Glibc
import JSONDocument
import LuaRuntime
import Migration
import Scripting

struct DoctorCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out what works here, and what to do about the rest.",
        discussion: """
            Checks Lua, the terminal, the service or store that the options name, and whether it accepts the \
            application id. When no service is named it looks for one at the ports that the service is known to use.

            Exits with 0 when what the options name can be used, else with 1.

            EXAMPLES
              distsh doctor
              distsh doctor --url https://distributions.example.com --app-id-file ~/.app-id
              distsh doctor --store demo.db
            """
    )

    static let keepsHistory = false

    @OptionGroup var host: HostOptions

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        var report = DoctorReport(printsJSON: context.settings.printsJSON)
        try report.add(Self.lua())
        try report.add(Self.terminal(context.settings))
        switch context.settings.target {
        case .service(let url):
            let service = ServiceCheck(url: url, settings: context.settings)
            for finding in await service.findings() { try report.add(finding) }
            if !Settings.namesTarget(host.connection) {
                for finding in await service.otherPorts() { try report.add(finding) }
            }
        default:
            try report.add(Self.store(context))
        }
        try report.add(Self.state())
        return report.hasFailure ? .failed : .done
    }

    private static func lua() -> DoctorFinding {
        do throws(LuaError) {
            let vm = try LuaVM()
            let version = try vm.runNow("return _VERSION", name: "=doctor").text ?? "?"
            return DoctorFinding("lua", .good, "\(version), distsh \(Version.number)")
        } catch {
            return DoctorFinding("lua", .bad, error.message)
        }
    }

    private static func terminal(_ settings: Settings) -> DoctorFinding {
        guard StandardStreams.isTerminal(STDIN_FILENO) else {
            return DoctorFinding("terminal", .note, "standard input is no terminal: no REPL there")
        }
        let color = settings.usesColor(on: STDOUT_FILENO) ? "colour" : "no colour"
        let type = environmentVariable("TERM") ?? "unknown"
        return DoctorFinding("terminal", .good, "\(type), \(StandardStreams.columnCount) columns, \(color)")
    }

    private static func store(_ context: CommandContext) -> DoctorFinding {
        do throws(DistributionError) {
            let count = try context.composition.openStore()?.count() ?? 0
            return DoctorFinding("store", .good, "opened, \(CountText.of(count, "distribution"))")
        } catch {
            return DoctorFinding("store", .bad, error.message)
        }
    }

    private static func state() -> DoctorFinding {
        do throws(FileProblem) {
            try UserFolders.make(UserFolders.state)
        } catch {
            return DoctorFinding("history", .bad, "\(error); set XDG_STATE_HOME, or use --history FILE")
        }
        guard access(UserFolders.state, W_OK) == 0 else {
            return DoctorFinding("history", .bad, "\(UserFolders.state) cannot be written; set XDG_STATE_HOME")
        }
        return DoctorFinding("history", .good, "kept in \(UserFolders.state)")
    }
}

/// One line of the doctor's report.
struct DoctorFinding: Sendable {
    enum Verdict: String, Sendable {
        case good
        case bad
        case note
    }

    let subject: String
    let verdict: Verdict
    let message: String

    init(_ subject: String, _ verdict: Verdict, _ message: String) {
        self.subject = subject
        self.verdict = verdict
        self.message = message
    }
}

/// Prints findings as they come.
private struct DoctorReport {
    let printsJSON: Bool
    private(set) var hasFailure = false

    init(printsJSON: Bool) {
        self.printsJSON = printsJSON
    }

    mutating func add(_ finding: DoctorFinding) throws {
        if finding.verdict == .bad { hasFailure = true }
        guard !printsJSON else {
            let members: [JSONValue.Member] = [
                .init("check", .string(finding.subject)), .init("verdict", .string(finding.verdict.rawValue)),
                .init("message", .string(finding.message)),
            ]
            return try StandardStreams.writeOutput(try JSONWriter.compact(.object(members)) + [UInt8(ascii: "\n")])
        }
        let mark =
            switch finding.verdict {
            case .good: "ok  "
            case .bad: "FAIL"
            case .note: "-   "
            }
        let name = finding.subject + String(repeating: " ", count: max(1, 10 - finding.subject.count))
        try StandardStreams.writeOutput("\(mark) \(name)\(finding.message)\n")
    }
}
