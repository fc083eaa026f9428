import DistributionAPI
import JSONDocument
import LuaRuntime
import Synchronization

/// A migration's `where`, `up`, `down` and `verify`, run in a sandbox of its own.
///
/// For each record the file runs anew in fresh globals, under the limits of its description. After a record that went
/// over a limit the sandbox is made anew, so that the next is not touched by it. It belongs to one thread at a time.
public final class LuaTransform: RecordTransform {
    private let file: MigrationFile
    private let print: ((String) -> Void)?
    private let stuckNotice: StuckNotice?
    private var script: LoadedScript?

    /// The functions that are called for records.
    private struct LoadedScript {
        let vm: ScriptVM
        let apply: LuaReference
        let revert: LuaReference
        let verify: LuaReference

        init(_ vm: ScriptVM) throws(ScriptVM.Failure) {
            self.vm = vm
            apply = try vm.function("apply")
            revert = try vm.function("revert")
            verify = try vm.function("verify")
        }
    }

    /// Makes the sandbox.
    ///
    /// - Parameters:
    ///   - print: where the code's `print` goes; `nil` drops it.
    ///   - whenStuck: told, on another thread and once, of a record whose code goes on long after it was stopped. Nothing
    ///     but code that is made for it does: library functions can be stopped, but not a single step of Lua's machine,
    ///     such as a collection of weak tables that hold each other. It must not block.
    /// - Throws: `MigrationFileError` when the file cannot be loaded under its own limits.
    public init(
        _ file: MigrationFile,
        print: ((String) -> Void)? = nil,
        whenStuck: (@Sendable (String) -> Void)? = nil
    ) throws(MigrationFileError) {
        self.file = file
        self.print = print
        stuckNotice = whenStuck.map { StuckNotice(tell: $0) }
        do throws(ScriptVM.Failure) {
            script = try load()
        } catch {
            throw MigrationFileError(file.name, loading: error, file.description.limits.script)
        }
    }

    // MARK: Records

    public func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
        change(body, of: item, by: .up)
    }

    /// Takes a change of a record back by the migration's `down`.
    ///
    /// - Parameters:
    ///   - body: the record as it was read.
    ///   - before: the record before the run that is taken back.
    ///   - item: the record's id, place and input.
    public func revert(_ body: [UInt8], before: [UInt8], of item: WorkItem) -> TransformAnswer {
        change(body, of: item, by: .down, [.json(before)])
    }

    /// The functions that change a record, by the names that people give them.
    private enum Change: String {
        case up, down
    }

    private func change(
        _ body: [UInt8],
        of item: WorkItem,
        by change: Change,
        _ arguments: [LuaValue] = []
    ) -> TransformAnswer {
        stuckNotice?.begin(item.id)
        let row = item.input.map { LuaValue.json($0) } ?? .nil
        let result = call([.document(body), row] + arguments, allowsSkip: true) { script in
            switch change {
            case .up: script.apply
            case .down: script.revert
            }
        }
        switch result {
        case .skipped(let reason): return .skipped(reason)
        case .failed(let failure): return answer(to: failure, body)
        case .returned(.integer(0), _): return .excluded
        case .returned(_, let document): return answer(to: document, from: body, of: item, change.rawValue)
        }
    }

    public func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? {
        guard file.description.hasVerify else { return nil }
        stuckNotice?.begin(item.id)
        switch call([.document(after), .document(before)], allowsSkip: false, { $0.verify }) {
        case .failed(let failure): return "verify failed: \(failure.message(file.description.limits.script))"
        case .returned(.boolean(true), _): return nil
        case .returned(let value, _): return value.text ?? "verify returned false"
        case .skipped(let reason): return reason
        }
    }

    private func answer(to failure: ScriptVM.Failure, _ body: [UInt8]) -> TransformAnswer {
        let message = failure.message(file.description.limits.script)
        if case .limit = failure { return .refused(.limit, message) }
        do throws(JSONError) {
            _ = try JSONDocument(parsing: body)
        } catch {
            return .refused(.rejected, "what the service gave is no distribution: \(error.message)")
        }
        return .refused(.script, message)
    }

    private func answer(
        to document: ScriptAnswers.Document?,
        from body: [UInt8],
        of item: WorkItem,
        _ function: String
    ) -> TransformAnswer {
        switch document {
        case .encoded(let changed):
            return changed == body ? .unchanged : ChangedDocument(changed, from: body, function).answer(for: item.id)
        case .unwritable(let error):
            return .refused(.invalid, "\(function) returned a document that cannot be written: \(error.message)")
        case .noTable(.nil), .noTable(.none), nil:
            return .refused(.script, "\(function) returned nothing: end it with \"return d\", or call skip(reason)")
        case .noTable(let type):
            return .refused(
                .script,
                "\(function) returned a \(type.name): return the changed record, as in \"return d\""
            )
        }
    }

    // MARK: The sandbox

    private func load() throws(ScriptVM.Failure) -> LoadedScript {
        let limits = file.description.limits.script
        var whenStuck: (@Sendable () -> Void)?
        if let stuckNotice { whenStuck = { stuckNotice.send() } }
        let vm = try ScriptVM(
            text: file.text,
            name: file.name,
            limits: limits,
            print: print,
            whenStuck: whenStuck
        )
        return try LoadedScript(vm)
    }

    private func loaded() throws(ScriptVM.Failure) -> LoadedScript {
        if let script { return script }
        let made = try load()
        script = made
        return made
    }

    /// How a call of the migration's code ended.
    private enum CallResult {
        case returned(LuaValue, ScriptAnswers.Document?)
        case skipped(String)
        case failed(ScriptVM.Failure)
    }

    private func call(
        _ arguments: [LuaValue],
        allowsSkip: Bool,
        _ function: (LoadedScript) -> LuaReference
    ) -> CallResult {
        do throws(ScriptVM.Failure) {
            let current = try loaded()
            let value = try current.vm.call(function(current), arguments, allowsSkip: allowsSkip)
            let answers = current.vm.answers
            return answers.skipReason.map { .skipped($0) } ?? .returned(value, answers.document)
        } catch {
            if case .limit = error {
                script = nil
            } else if let reason = script?.vm.answers.skipReason {
                return .skipped(reason)
            }
            return .failed(error)
        }
    }
}

/// Tells of the record whose code cannot be stopped.
private final class StuckNotice: Sendable {
    private let current = Mutex<DistributionID?>(nil)
    private let tell: @Sendable (String) -> Void

    init(tell: @escaping @Sendable (String) -> Void) {
        self.tell = tell
    }

    /// Names the record that is now under way.
    func begin(_ id: DistributionID) {
        current.withLock { $0 = id }
    }

    func send() {
        guard let id = current.withLock({ $0 }) else { return }
        tell(
            "the code for the record \(id) went over its time and cannot be stopped; wait, or kill the process (nothing is "
                + "lost) and change the migration"
        )
    }
}
