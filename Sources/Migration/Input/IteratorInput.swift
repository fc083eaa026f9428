import LuaRuntime

/// The records that an iterator of the migration's file gives, called in a sandbox of its own.
final class IteratorInput: InputReader {
    private let place: String
    private let limits: ScriptLimits
    private let script: ScriptVM
    private let nextItem: LuaReference
    private var count = 0

    init(_ file: MigrationFile) throws(InputError) {
        place = "\(file.name): select"
        limits = file.description.limits.script
        do throws(ScriptVM.Failure) {
            script = try ScriptVM(text: file.text, name: file.name, limits: limits)
            nextItem = try script.function("next_item")
            _ = try script.call(script.function("open_iterator"))
        } catch {
            throw InputError(place: file.name, error.message(limits))
        }
    }

    func next() throws(InputError) -> NewItem? {
        let hasItem: LuaValue
        count += 1
        do throws(ScriptVM.Failure) {
            hasItem = try script.call(nextItem)
        } catch {
            throw InputError(place: place, "item \(count): \(error.message(limits))")
        }
        guard hasItem == .boolean(true), let item = script.answers.items.popLast() else { return nil }
        switch item {
        case .success(let item): return item
        case .failure(let problem): throw problem.at("\(place): item \(count)")
        }
    }
}
