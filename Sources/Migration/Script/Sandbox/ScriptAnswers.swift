import DistributionAPI
import LuaRuntime

/// What a migration's code tells the host while it runs; taken by whoever called it. Used on the VM's thread.
final class ScriptAnswers {
    /// The document that the code made.
    enum Document {
        case encoded([UInt8])
        /// It is no table, but a value of this type.
        case noTable(LuaType)
        /// It cannot be written as JSON.
        case unwritable(LuaError)
    }

    var document: Document?
    /// What `skip` was called with.
    var skipReason: String?
    /// Whether `skip` means something in what runs.
    var allowsSkip = false
    /// Globals that were written by functions of the migration, when they are watched.
    var writtenGlobals: Set<String> = []
    /// Records that a list or an iterator gave since they were last taken.
    var items: [Result<NewItem, InputProblem>] = []
    /// What the records of a list take in memory.
    private var itemBytes = 0

    /// Makes ready for another call.
    func reset(allowsSkip: Bool) {
        document = nil
        skipReason = nil
        itemBytes = 0
        self.allowsSkip = allowsSkip
    }

    /// Notes the id, or the table with an id, that a list or an iterator gave.
    ///
    /// - Returns: false for one that a list has no room for, which is noted as the problem that it is.
    func noteItem(_ call: HostCall) throws(LuaError) -> Bool {
        let item = try item(call)
        itemBytes += (try? item.get().input?.count) ?? 0
        guard items.count < InputLimits.maxListItems, itemBytes <= InputLimits.maxListBytes else {
            items.append(.failure(.listTooLong))
            return false
        }
        items.append(item)
        return true
    }

    private func item(_ call: HostCall) throws(LuaError) -> Result<NewItem, InputProblem> {
        let isTable = call.type(at: 1) == .table
        let value = isTable ? try call.field("id", at: 1) : try call.value(at: 1)
        guard let text = value.text else {
            let found = isTable ? "a table whose id is no string" : "a value of type \(call.type(at: 1).name)"
            return .failure(InputProblem("\(found) is no record: give an id, or a table with an id"))
        }
        guard let id = DistributionID(text) else { return .failure(.noID(text)) }
        let row = isTable ? 1 : 2
        guard !call.isNone(at: row) else { return .success(NewItem(id: id)) }
        do throws(LuaError) {
            return .success(NewItem(id: id, input: try call.json(at: row, maxBytes: InputLimits.maxRowBytes)))
        } catch {
            guard error.code == .runtime else { throw error }
            return .failure(
                InputProblem("what is given beside the id \(id) cannot be written as JSON: \(error.message)")
            )
        }
    }
}
