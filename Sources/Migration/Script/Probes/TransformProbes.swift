import DistributionAPI
import Glibc
import JSONDocument
import LuaRuntime

/// Tries a migration on sample records before it runs on all of them. Nothing is written anywhere.
///
/// It blocks for about five times what the code takes for the samples.
public struct TransformProbes {
    /// More samples are left out.
    public static let maxSamples = 1000
    /// A slower migration is worth a warning.
    static let slowMicroseconds = 1000.0

    private let file: MigrationFile
    private let samples: [ProbeSample]

    public init(_ file: MigrationFile, samples: [ProbeSample]) {
        self.file = file
        self.samples = Array(samples.prefix(Self.maxSamples))
    }

    /// Runs all probes.
    ///
    /// - Throws: `MigrationFileError` when the file cannot be loaded under its own limits.
    public func run() throws(MigrationFileError) -> ProbeReport {
        let transform = try LuaTransform(file)
        let (answers, microseconds) = apply(transform)
        return ProbeReport(
            findings: [
                result(answers),
                try determinism(answers),
                idempotence(answers, transform),
                try identity(),
                try purity(answers),
                answers.allSatisfy(Self.isOverLimit) && !answers.isEmpty
                    ? Self.notTried(.speed, "every record went over a limit") : Self.speed(microseconds),
            ],
            sampleCount: samples.count,
            refusedCount: answers.count(where: Self.isRefused),
            microsecondsPerRecord: microseconds
        )
    }

    /// What becomes of the samples, and how long one takes. Those that go over a limit take what the limit gives, and
    /// say nothing about the others.
    private func apply(_ transform: LuaTransform) -> (answers: [TransformAnswer], microseconds: Double) {
        var answers: [TransformAnswer] = []
        var (duration, count) = (Duration.zero, 0)
        for sample in samples {
            let start = Self.processorTime
            let answer = transform.apply(to: sample.body, of: sample.item)
            answers.append(answer)
            guard !Self.isOverLimit(answer) else { continue }
            duration += Self.processorTime - start
            count += 1
        }
        return (answers, duration / .microseconds(1) / Double(max(count, 1)))
    }

    /// That of this thread, on which the code runs: a busy machine makes no migration slow.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    // MARK: Probes

    private func result(_ answers: [TransformAnswer]) -> ProbeReport.Finding {
        var changedCount = 0
        var refusals: [(id: DistributionID, reason: String)] = []
        for (sample, answer) in zip(samples, answers) {
            switch answer {
            case .changed: changedCount += 1
            case .refused(_, let reason): refusals.append((sample.item.id, reason))
            case .excluded, .unchanged, .skipped, .conflict: break
            }
        }
        let changed = "\(CountText.of(changedCount, "record")) changed, \(samples.count - changedCount) not"
        guard let first = refusals.first else {
            return ProbeReport.Finding(.result, changedCount == 0 ? .warning : .ok, changed)
        }
        let message = "\(CountText.of(refusals.count, "record")) refused: \(first.reason)"
        // A migration that fails wherever it is to do something is not ready; one that fails here and there may be.
        let level: ProbeReport.Level = changedCount == 0 ? .error : .warning
        return ProbeReport.Finding(.result, level, message, example: first.id)
    }

    /// In another VM, whose tables are in another order, and with the records from the last to the first.
    private func determinism(_ answers: [TransformAnswer]) throws(MigrationFileError) -> ProbeReport.Finding {
        let other = try LuaTransform(file)
        for (sample, answer) in zip(samples, answers).reversed() {
            let again = other.apply(to: sample.body, of: sample.item)
            guard !Self.agree(answer, again) else { continue }
            let difference = Self.difference(answer, again)
            let message =
                "the same record gives different results\(difference): do not depend on the order of pairs, on addresses "
                + "of tables, or on what other records were like; sort the keys first"
            return ProbeReport.Finding(.determinism, .error, message, example: sample.item.id)
        }
        guard Self.reachUp(answers) else { return Self.notTried(.determinism, Self.allLeftOut) }
        return ProbeReport.Finding(.determinism, .ok, "the same record gives the same result")
    }

    private func idempotence(_ answers: [TransformAnswer], _ transform: LuaTransform) -> ProbeReport.Finding {
        for (sample, answer) in zip(samples, answers) {
            guard case .changed(let after) = answer else { continue }
            switch transform.apply(to: after, of: sample.item) {
            case .changed(let again):
                let difference = Self.difference(.changed(after), .changed(again))
                let message = "up changes its own result once more\(difference): let where leave changed records out"
                return ProbeReport.Finding(.idempotence, .warning, message, example: sample.item.id)
            case .refused(_, let reason):
                let message = "up fails on its own result: \(reason)"
                return ProbeReport.Finding(.idempotence, .warning, message, example: sample.item.id)
            case .excluded, .unchanged, .skipped, .conflict: continue
            }
        }
        guard answers.contains(where: Self.isChanged) else {
            return Self.notTried(.idempotence, "no record was changed")
        }
        return ProbeReport.Finding(.idempotence, .ok, "up leaves its own result as it is")
    }

    private func identity() throws(MigrationFileError) -> ProbeReport.Finding {
        let probe = try ScriptProbe(file, function: "copy")
        for sample in samples {
            let copied = probe.call([.document(sample.body)])
            guard case .encoded(let text)? = copied, text == sample.body else {
                let message =
                    "a record that is read and written again is not the same, byte for byte; nothing may be sent"
                return ProbeReport.Finding(.identity, .error, message, example: sample.item.id)
            }
        }
        return ProbeReport.Finding(.identity, .ok, "what is not touched stays as it is, byte for byte")
    }

    private func purity(_ answers: [TransformAnswer]) throws(MigrationFileError) -> ProbeReport.Finding {
        let probe = try ScriptProbe(file, function: "watch")
        for sample in samples {
            _ = probe.call([.document(sample.body), sample.item.input.map { .json($0) } ?? .nil])
            let names = probe.writtenGlobals.sorted().joined(separator: ", ")
            guard names.isEmpty else {
                let message =
                    "the functions write the global \(names): write local before it; no record sees another's globals"
                return ProbeReport.Finding(.purity, .warning, message, example: sample.item.id)
            }
        }
        guard Self.reachUp(answers) else { return Self.notTried(.purity, Self.allLeftOut) }
        return ProbeReport.Finding(.purity, .ok, "the functions write no globals")
    }

    static func speed(_ microseconds: Double) -> ProbeReport.Finding {
        let shown = NumberText.duration(.microseconds(microseconds))
        guard microseconds > slowMicroseconds else { return ProbeReport.Finding(.speed, .ok, "\(shown) a record") }
        let message =
            "\(shown) a record: large tables at the top of the file are made for each record; put them in the input"
        return ProbeReport.Finding(.speed, .warning, message)
    }

    // MARK: What was not tried

    private static let allLeftOut = "where left every record out"

    private static func notTried(_ probe: ProbeReport.Probe, _ reason: String) -> ProbeReport.Finding {
        ProbeReport.Finding(probe, .warning, "not tried: \(reason)")
    }

    /// Whether `up` ran on any record.
    private static func reachUp(_ answers: [TransformAnswer]) -> Bool {
        answers.contains { if case .excluded = $0 { false } else { true } }
    }

    private static func isChanged(_ answer: TransformAnswer) -> Bool {
        if case .changed = answer { true } else { false }
    }

    private static func isRefused(_ answer: TransformAnswer) -> Bool {
        if case .refused = answer { true } else { false }
    }

    private static func isOverLimit(_ answer: TransformAnswer) -> Bool {
        if case .refused(.limit, _) = answer { true } else { false }
    }

    // MARK: Comparing

    /// Whether the answers are the same, but for the wording of refusals, which may name times and addresses.
    private static func agree(_ left: TransformAnswer, _ right: TransformAnswer) -> Bool {
        if case .refused(let one, _) = left, case .refused(let other, _) = right { return one == other }
        return left == right
    }

    /// The longest list of places that a message has.
    private static let maxShownPlaces = 3

    /// Where two results differ: ` (at /share/note)`.
    private static func difference(_ left: TransformAnswer, _ right: TransformAnswer) -> String {
        guard case .changed(let one) = left, case .changed(let other) = right,
            let before = try? JSONDocument(parsing: one), let after = try? JSONDocument(parsing: other)
        else { return "" }
        let places = JSONDocument.diff(before, after).map(\.pointer.description)
        guard !places.isEmpty else { return " (in the order of members)" }
        let more = places.count > maxShownPlaces ? ", …" : ""
        return " (at \(places.prefix(maxShownPlaces).joined(separator: ", "))\(more))"
    }
}

/// A sandbox in which a function of the driver is called for samples.
private final class ScriptProbe {
    private let file: MigrationFile
    private let name: String
    private var script: ScriptVM?
    private var function: LuaReference?

    init(_ file: MigrationFile, function name: String) throws(MigrationFileError) {
        self.file = file
        self.name = name
        do throws(ScriptVM.Failure) {
            try load()
        } catch {
            throw MigrationFileError(file.name, loading: error, file.description.limits.script)
        }
    }

    private func load() throws(ScriptVM.Failure) {
        let made = try ScriptVM(text: file.text, name: file.name, limits: file.description.limits.script)
        function = try made.function(name)
        script = made
    }

    var writtenGlobals: Set<String> { script?.answers.writtenGlobals ?? [] }

    /// - Returns: the document that was made; `nil` when the call failed.
    func call(_ arguments: [LuaValue]) -> ScriptAnswers.Document? {
        guard let script, let function else { return nil }
        do throws(ScriptVM.Failure) {
            _ = try script.call(function, arguments, allowsSkip: true)
            return script.answers.document
        } catch {
            // After a limit the sandbox is not used again.
            if case .limit = error { try? load() }
            return nil
        }
    }
}
