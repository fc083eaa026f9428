/// Objects whose members are the same but for a few: nearly all that are compared, and done without tables of names.
extension JSONComparison {
    /// Objects with so many differences, or more, are compared by name, for each difference takes a walk through all
    /// names.
    private static var maxFindingsInStep: Int { 8 }

    /// Compares two objects member by member as long as their names go in step, but for members that are left out or
    /// put in one at a time.
    ///
    /// - Returns: false when that is not enough: the order differs, a name has escapes, a name in question occurs
    ///   twice, or too much differs. Nothing is noted then.
    mutating func compareMembersInStep(_ oldObject: Int, _ newObject: Int, in container: Int) -> Bool {
        var walk = MemberWalk(old: old, new: new, oldObject: oldObject, newObject: newObject)
        let firstPending = pending.count
        var added: [Int] = []
        while pending.count - firstPending + added.count < Self.maxFindingsInStep, let finding = walk.next() {
            switch finding {
            case .differs(let oldName, let newName):
                pending.append(
                    Pair(container: container, step: .oldName(oldName), oldIndex: oldName + 1, newIndex: newName + 1)
                )
            case .removed(let oldName):
                pending.append(
                    Pair(container: container, step: .oldName(oldName), oldIndex: oldName + 1, newIndex: nil)
                )
            case .added(let newName): added.append(newName)
            }
        }
        guard walk.isComplete, areUnique(pending[firstPending...], added, oldObject, newObject) else {
            pending.removeSubrange(firstPending...)
            return false
        }
        pending[firstPending...].reverse()
        for name in added { add(name + 1, container, .newName(name)) }
        return true
    }

    /// Whether each member in question is the only or last one of its name, and none that was taken for new or removed
    /// is on the other side as well.
    private func areUnique(
        _ pairs: ArraySlice<Pair>,
        _ added: [Int],
        _ oldObject: Int,
        _ newObject: Int
    ) -> Bool {
        for pair in pairs {
            let name = old.content(pair.oldIndex - 1)
            let newStart = pair.newIndex.map { new.next($0) } ?? newObject + 1
            guard !old.hasName(name, from: old.next(pair.oldIndex), to: old.next(oldObject)),
                !new.hasName(name, from: newStart, to: new.next(newObject))
            else { return false }
        }
        for addedName in added {
            let name = new.content(addedName)
            guard !old.hasName(name, from: oldObject + 1, to: old.next(oldObject)),
                !new.hasName(name, from: new.next(addedName + 1), to: new.next(newObject))
            else { return false }
        }
        return true
    }
}

/// Goes through the members of two objects at once and stops at what differs.
private struct MemberWalk {
    enum Finding {
        /// Members of the same name with different texts; the indices are those of the names.
        case differs(old: Int, new: Int)
        case removed(old: Int)
        case added(new: Int)
    }

    let old: UnsafeJSONView
    let new: UnsafeJSONView
    private var oldName: Int
    private var newName: Int
    private let oldEnd: Int
    private let newEnd: Int
    private var hasEscapes = false

    init(old: UnsafeJSONView, new: UnsafeJSONView, oldObject: Int, newObject: Int) {
        self.old = old
        self.new = new
        oldName = oldObject + 1
        newName = newObject + 1
        oldEnd = old.next(oldObject)
        newEnd = new.next(newObject)
    }

    /// Whether all members were seen, each with a name that is its own text.
    var isComplete: Bool { oldName == oldEnd && newName == newEnd && !hasEscapes }

    /// The next difference; `nil` at the end, and where the names are out of step.
    mutating func next() -> Finding? {
        while oldName < oldEnd, newName < newEnd, isSame(oldName, newName) {
            let (oldValue, newValue) = (oldName + 1, newName + 1)
            let finding = Finding.differs(old: oldName, new: newName)
            passOld()
            passNew()
            if !old.raw(oldValue).elementsEqualBytes(new.raw(newValue)) { return finding }
        }
        if oldName < oldEnd, newName == newEnd || isSame(old.next(oldName + 1), newName) {
            let finding = Finding.removed(old: oldName)
            passOld()
            return finding
        }
        if newName < newEnd, oldName == oldEnd || isSame(oldName, new.next(newName + 1)) {
            let finding = Finding.added(new: newName)
            passNew()
            return finding
        }
        return nil
    }

    private func isSame(_ oldName: Int, _ newName: Int) -> Bool {
        oldName < oldEnd && newName < newEnd && old.content(oldName).elementsEqualBytes(new.content(newName))
    }

    private mutating func passOld() {
        hasEscapes = hasEscapes || old.nodes[oldName].isEscaped
        oldName = old.next(oldName + 1)
    }

    private mutating func passNew() {
        hasEscapes = hasEscapes || new.nodes[newName].isEscaped
        newName = new.next(newName + 1)
    }
}

extension UnsafeJSONView {
    /// Whether a member between two indices of name nodes of one object has a name with this text.
    fileprivate func hasName(_ text: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Bool {
        var name = start
        while name < end {
            if content(name).elementsEqualBytes(text) { return true }
            name = next(name + 1)
        }
        return false
    }
}
