import JSONDocument
import Migration

/// What commands about runs print on standard output.
struct ReportOutput {
    let settings: Settings

    var usesColor: Bool { settings.usesColor(on: 1) }

    /// Prints a line of JSON when that is asked for, else a text for people, which ends its last line.
    func write(json: () throws(JSONError) -> [UInt8], text: (_ usesColor: Bool) -> String) throws {
        guard settings.printsJSON else { return try StandardStreams.writeOutput(text(usesColor)) }
        var line = try json()
        if line.last != UInt8(ascii: "\n"), !line.isEmpty { line.append(UInt8(ascii: "\n")) }
        try StandardStreams.writeOutput(line)
    }

    /// - Parameter exitStatus: with which the command ends; `nil` for that of the run's verdict.
    func write(_ status: RunStatus, exitStatus: ExitStatus? = nil) throws {
        let shown = StatusText(status, exitStatus: exitStatus?.rawValue)
        try write(json: { () throws(JSONError) in try shown.json() }, text: { shown.text(usesColor: $0) })
    }
}
