/// The work of `JSONDocument.diff`; a stack of pairs takes the place of recursion, for documents may be deep.
struct JSONComparison {
    let old: UnsafeJSONView
    let new: UnsafeJSONView
    /// What is still to be compared, the next one last. The texts of a pair are known to differ.
    var pending: [Pair] = []
    private var inOrder: [JSONChange] = []
    private var additions: [JSONChange] = []
    /// The containers that differ: pointers are only made from them for what has changed.
    private var containers: [Container] = []

    /// How a value is reached from the container that holds it.
    enum Step {
        case root
        /// The index of the name's node in the old document.
        case oldName(Int)
        /// The index of the name's node in the new document.
        case newName(Int)
        case position(Int)
    }

    struct Pair {
        /// The index in `containers` of what holds the value.
        let container: Int
        let step: Step
        let oldIndex: Int
        /// `nil` for a value that is no longer there.
        let newIndex: Int?
    }

    private struct Container {
        let parent: Int
        let step: Step
    }

    init(old: UnsafeJSONView, new: UnsafeJSONView) {
        self.old = old
        self.new = new
    }

    mutating func changes() -> [JSONChange] {
        guard !isSameText(0, 0) else { return [] }
        pending.append(Pair(container: 0, step: .root, oldIndex: 0, newIndex: 0))
        while let pair = pending.popLast() { compare(pair) }
        return additions.isEmpty ? inOrder : inOrder + additions
    }

    private mutating func compare(_ pair: Pair) {
        let oldText = old.raw(pair.oldIndex)
        guard let newIndex = pair.newIndex else {
            inOrder.append(JSONChange(pointer: pointer(pair.container, pair.step), old: Array(oldText), new: nil))
            return
        }
        switch (old.kind(pair.oldIndex), new.kind(newIndex)) {
        case (.object, .object):
            let container = enter(pair)
            guard !compareMembersInStep(pair.oldIndex, newIndex, in: container) else { return }
            compareMembersByName(pair.oldIndex, newIndex, in: container)
        case (.array, .array): compareElements(pair.oldIndex, newIndex, in: enter(pair))
        default:
            guard !isSameScalar(pair.oldIndex, newIndex) else { return }
            let pointer = pointer(pair.container, pair.step)
            inOrder.append(JSONChange(pointer: pointer, old: Array(oldText), new: Array(new.raw(newIndex))))
        }
    }

    /// Notes a container as one that holds what is compared next; returns its index in `containers`.
    private mutating func enter(_ pair: Pair) -> Int {
        containers.append(Container(parent: pair.container, step: pair.step))
        return containers.count - 1
    }

    private mutating func compareMembersByName(_ oldObject: Int, _ newObject: Int, in container: Int) {
        let oldMembers = MemberTable(old, oldObject)
        let newMembers = MemberTable(new, newObject)
        for (name, index) in oldMembers.inOrder.reversed() {
            let newIndex = newMembers.indices[name]
            if let newIndex, isSameText(index, newIndex) { continue }
            let step = Step.oldName(index - 1)
            pending.append(Pair(container: container, step: step, oldIndex: index, newIndex: newIndex))
        }
        for (name, index) in newMembers.inOrder where oldMembers.indices[name] == nil {
            add(index, container, .newName(index - 1))
        }
    }

    private mutating func compareElements(_ oldArray: Int, _ newArray: Int, in container: Int) {
        let firstPending = pending.count
        var oldChild = oldArray + 1
        var newChild = newArray + 1
        let oldEnd = old.next(oldArray)
        let newEnd = new.next(newArray)
        var position = 0
        while oldChild < oldEnd || newChild < newEnd {
            let step = Step.position(position)
            if oldChild == oldEnd {
                add(newChild, container, step)
            } else if newChild == newEnd {
                pending.append(Pair(container: container, step: step, oldIndex: oldChild, newIndex: nil))
            } else if !isSameText(oldChild, newChild) {
                pending.append(Pair(container: container, step: step, oldIndex: oldChild, newIndex: newChild))
            }
            if oldChild < oldEnd { oldChild = old.next(oldChild) }
            if newChild < newEnd { newChild = new.next(newChild) }
            position += 1
        }
        pending[firstPending...].reverse()
    }

    mutating func add(_ newIndex: Int, _ container: Int, _ step: Step) {
        additions.append(JSONChange(pointer: pointer(container, step), old: nil, new: Array(new.raw(newIndex))))
    }

    func isSameText(_ oldIndex: Int, _ newIndex: Int) -> Bool {
        old.raw(oldIndex).elementsEqualBytes(new.raw(newIndex))
    }

    /// Whether two values with different texts mean the same; containers of different kinds never do.
    private func isSameScalar(_ oldIndex: Int, _ newIndex: Int) -> Bool {
        switch (old.kind(oldIndex), new.kind(newIndex)) {
        case (.integer, .integer): old.int64(oldIndex) == new.int64(newIndex)
        case (.integer, .number), (.number, .integer), (.number, .number):
            isSameFinite(old.double(oldIndex), new.double(newIndex))
        case (.string, .string):
            JSONString.unescaped(old.content(oldIndex), loneSurrogates: .kept)
                == JSONString.unescaped(new.content(newIndex), loneSurrogates: .kept)
        default: false
        }
    }

    private func isSameFinite(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return false }
        return left == right && left.isFinite
    }

    // MARK: Pointers

    /// The pointer to what is reached by a step from a container.
    private func pointer(_ container: Int, _ step: Step) -> JSONPointer {
        guard let last = token(step) else { return .root }
        var tokens = [last]
        var index = container
        while let token = token(containers[index].step) {
            tokens.append(token)
            index = containers[index].parent
        }
        tokens.reverse()
        return JSONPointer(tokens)
    }

    /// `nil` for the root, which is reached by no step.
    private func token(_ step: Step) -> String? {
        switch step {
        case .root: nil
        case .oldName(let index): old.string(index)
        case .newName(let index): new.string(index)
        case .position(let position): String(position)
        }
    }
}

/// An object's members by name; of duplicates the last, at the place of the last.
private struct MemberTable {
    private(set) var inOrder: [(name: [UInt8], index: Int)] = []
    private(set) var indices: [[UInt8]: Int] = [:]

    init(_ view: UnsafeJSONView, _ object: Int) {
        var child = object + 1
        let end = view.next(object)
        var all: [(name: [UInt8], index: Int)] = []
        while child < end {
            let name = JSONString.unescaped(view.content(child))
            all.append((name, child + 1))
            indices[name] = child + 1
            child = view.next(child + 1)
        }
        inOrder = indices.count == all.count ? all : all.filter { indices[$0.name] == $0.index }
    }
}
