import DistributionAPI
import JSONDocument

/// Why a plan's file cannot be used.
public struct PlanFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}

extension PlanFile {
    /// Whether a text is a plan, of any version, and perhaps changed since.
    public static func isPlan(_ text: [UInt8]) -> Bool {
        (try? JSONDocument(parsing: text, limits: limits))?.root["format"]?.string == format
    }

    /// Reads a plan that `text(of:)` has written.
    ///
    /// - Parameter name: the file's name, for errors.
    /// - Returns: the plan and its hash.
    /// - Throws: `PlanFileError` for a text that is no plan, one of another version, and one that was changed.
    public static func read(_ text: [UInt8], name: String) throws(PlanFileError) -> (plan: Plan, sha256: String) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: text, limits: limits)
        } catch {
            throw PlanFileError("\(name) is no plan: \(error); make one with distsh migrate plan")
        }
        let root = PlanFields(value: document.root, place: "", file: name)
        guard document.root["format"]?.string == format else {
            throw PlanFileError(
                "\(name) is no plan: it has no \"format\":\"\(format)\"; make one with distsh migrate plan"
            )
        }
        let found = try root.whole("version")
        guard found == version else {
            throw PlanFileError(
                "\(name) is a plan of version \(found), this distsh reads version \(version); make a new plan with it"
            )
        }
        let sha = try root.string(hashName)
        try check(sha, document, name: name)
        let plan = try root.plan()
        guard
            plan.changedCount + plan.excludedCount + plan.unchangedCount + plan.skippedCount + plan.refusedCount
                == plan.readCount, try root.count("changed_count") == plan.changedCount
        else {
            throw PlanFileError("\(name): the counts do not add up to \"read_count\"; make a new plan")
        }
        return (plan, sha)
    }

    private static func check(_ sha: String, _ document: JSONDocument, name: String) throws(PlanFileError) {
        var rest = document
        do throws(JSONError) {
            try rest.remove(JSONPointer([hashName]))
        } catch {
            throw PlanFileError("\(name): \"\(hashName)\" cannot be told from the rest: \(error); make a new plan")
        }
        let actual = hash(of: rest.root.compact())
        guard sha == actual else {
            throw PlanFileError(
                "\(name): the plan was changed after it was written: its sha256 is \(actual), it says \(sha); make a "
                    + "new plan with distsh migrate plan"
            )
        }
    }
}

/// Reads the members of an object of a plan.
private struct PlanFields {
    let value: JSONDocument.Value
    /// A JSON Pointer to the object, for errors.
    let place: String
    let file: String

    func plan() throws(PlanFileError) -> Plan {
        Plan(
            source: try source(),
            readCount: try count("read_count"),
            excludedCount: try count("excluded_count"),
            unchangedCount: try count("unchanged_count"),
            shapes: try list("shapes") { (fields) throws(PlanFileError) in try fields.shape() },
            unlistedCount: try count("unlisted_count"),
            skipped: try list("skipped") { (fields) throws(PlanFileError) in try fields.group() },
            refused: try list("refused") { (fields) throws(PlanFileError) in try fields.group() },
            estimatedJournalBytes: try count("estimated_journal_bytes")
        )
    }

    private func source() throws(PlanFileError) -> Plan.Source {
        guard let createdAt = DateTime(rfc3339: try string("created_at")) else { throw wrong("created_at", "a time") }
        return Plan.Source(
            migration: try string("migration"),
            scriptSHA: try string("script_sha256"),
            target: try string("target"),
            inputSHA: try string("input_sha256"),
            inputCount: try count("input_count"),
            duplicateCount: try count("duplicate_count"),
            engineVersion: try string("engine_version"),
            createdAt: createdAt
        )
    }

    private func shape() throws(PlanFileError) -> PlannedShape {
        PlannedShape(
            signature: try string("signature"),
            count: try count("count"),
            samples: try list("samples") { (fields) throws(PlanFileError) in try fields.sample() }
        )
    }

    private func sample() throws(PlanFileError) -> PlanSample {
        PlanSample(
            id: try id(value["id"], "id"),
            changes: try list("changes") { (fields) throws(PlanFileError) in
                PlanSample.Change(
                    place: try fields.string("place"),
                    old: try fields.optionalString("old"),
                    new: try fields.optionalString("new")
                )
            },
            omittedCount: try count("omitted_count")
        )
    }

    private func group() throws(PlanFileError) -> PlanGroup {
        var examples: [DistributionID] = []
        for example in try array("examples") { examples.append(try id(example, "examples")) }
        return PlanGroup(
            failure: FailureClass(rawValue: try string("class")),
            message: try string("message"),
            count: try count("count"),
            examples: examples
        )
    }

    // MARK: Members

    func string(_ name: String) throws(PlanFileError) -> String {
        guard let text = value[name]?.string else { throw wrong(name, "a string") }
        return text
    }

    func whole(_ name: String) throws(PlanFileError) -> Int64 {
        guard let number = value[name]?.int64 else { throw wrong(name, "a whole number") }
        return number
    }

    func count(_ name: String) throws(PlanFileError) -> Int {
        guard let count = value[name]?.int64, (0...maxCount).contains(count) else {
            throw wrong(name, "a whole number from 0")
        }
        return Int(count)
    }

    /// Counts are far below it, and no file is so long that their sum overflows.
    private var maxCount: Int64 { 1 << 40 }

    private func optionalString(_ name: String) throws(PlanFileError) -> String? {
        value[name] == nil ? nil : try string(name)
    }

    private func id(_ value: JSONDocument.Value?, _ name: String) throws(PlanFileError) -> DistributionID {
        guard let id = value?.string.flatMap({ DistributionID($0) }) else { throw wrong(name, "the id of a record") }
        return id
    }

    private func array(_ name: String) throws(PlanFileError) -> [JSONDocument.Value] {
        guard let list = value[name], list.kind == .array else { throw wrong(name, "a list") }
        return Array(list.elements)
    }

    private func list<Element>(
        _ name: String,
        _ read: (PlanFields) throws(PlanFileError) -> Element
    ) throws(PlanFileError) -> [Element] {
        var list: [Element] = []
        for (position, element) in try array(name).enumerated() {
            list.append(try read(PlanFields(value: element, place: "\(place)/\(name)/\(position)", file: file)))
        }
        return list
    }

    private func wrong(_ name: String, _ expected: String) -> PlanFileError {
        PlanFileError("\(file): \(place)/\(name) must be \(expected); make a new plan with distsh migrate plan")
    }
}
