/// One difference between two documents.
public struct JSONChange: Hashable, Sendable {
    /// Where the value is, in the document that has it.
    public var pointer: JSONPointer
    /// The text before; `nil` for an addition.
    public var old: [UInt8]?
    /// The text after; `nil` for a removal.
    public var new: [UInt8]?

    public init(pointer: JSONPointer, old: [UInt8]?, new: [UInt8]?) {
        self.pointer = pointer
        self.old = old
        self.new = new
    }
}

extension JSONDocument {
    /// What leads from `a` to `b`, by meaning: the order of members, white space and escapes do not matter.
    ///
    /// Numbers are equal when their texts are, or both are of kind `.integer` with the same value, or both read as the
    /// same finite `Double`. Objects are compared member by member (of duplicate names the last counts), arrays
    /// element by element, with a tail removed or added.
    ///
    /// - Returns: changes and removals in the order of `a`, then additions, container by container.
    public static func diff(_ a: JSONDocument, _ b: JSONDocument) -> [JSONChange] {
        a.withUnsafeView { old in
            b.withUnsafeView { new in
                var comparison = Comparison(old: old, new: new)
                return comparison.changes()
            }
        }
    }

    /// Makes the changes that `diff` found: `a` with `diff(a, b)` means what `b` means.
    ///
    /// Each change takes time in proportion to the document.
    ///
    /// - Throws: `JSONError` as `set` and `remove` do, when the changes are not for this document. The document is
    ///   unchanged then.
    public mutating func apply(_ changes: [JSONChange]) throws(JSONError) {
        var edited = self
        for change in changes {
            if let new = change.new { try edited.set(change.pointer, toRaw: new) }
        }
        // From the back, for removing an element moves those after it.
        for change in changes.reversed() where change.new == nil {
            try edited.remove(change.pointer)
        }
        self = edited
    }
}

/// The work of `diff`; a stack of pairs takes the place of recursion, for documents may be deep.
private struct Comparison {
    let old: UnsafeJSONView
    let new: UnsafeJSONView
    var pending: [Pair] = []
    var inOrder: [JSONChange] = []
    var additions: [JSONChange] = []

    struct Pair {
        let pointer: JSONPointer
        let oldIndex: Int
        /// `nil` for a value that is no longer there.
        let newIndex: Int?
    }

    init(old: UnsafeJSONView, new: UnsafeJSONView) {
        self.old = old
        self.new = new
    }

    mutating func changes() -> [JSONChange] {
        pending = [Pair(pointer: .root, oldIndex: 0, newIndex: 0)]
        while let pair = pending.popLast() { compare(pair) }
        return inOrder + additions
    }

    private mutating func compare(_ pair: Pair) {
        let oldText = old.raw(pair.oldIndex)
        guard let newIndex = pair.newIndex else {
            inOrder.append(JSONChange(pointer: pair.pointer, old: Array(oldText), new: nil))
            return
        }
        let newText = new.raw(newIndex)
        guard !oldText.elementsEqualBytes(newText) else { return }
        switch (old.kind(pair.oldIndex), new.kind(newIndex)) {
        case (.object, .object): compareMembers(pair, newIndex)
        case (.array, .array): compareElements(pair, newIndex)
        default:
            guard !isSameScalar(pair.oldIndex, newIndex) else { return }
            inOrder.append(JSONChange(pointer: pair.pointer, old: Array(oldText), new: Array(newText)))
        }
    }

    private mutating func compareMembers(_ pair: Pair, _ newIndex: Int) {
        let oldMembers = MemberTable(old, pair.oldIndex)
        let newMembers = MemberTable(new, newIndex)
        for (name, index) in oldMembers.inOrder.reversed() {
            let pointer = pair.pointer.appending(String(decoding: name, as: UTF8.self))
            pending.append(Pair(pointer: pointer, oldIndex: index, newIndex: newMembers.indices[name]))
        }
        for (name, index) in newMembers.inOrder where oldMembers.indices[name] == nil {
            add(pair.pointer.appending(String(decoding: name, as: UTF8.self)), index)
        }
    }

    private mutating func compareElements(_ pair: Pair, _ newIndex: Int) {
        var pairs: [Pair] = []
        var oldChild = pair.oldIndex + 1
        var newChild = newIndex + 1
        let oldEnd = old.next(pair.oldIndex)
        let newEnd = new.next(newIndex)
        var position = 0
        while oldChild < oldEnd || newChild < newEnd {
            let pointer = pair.pointer.appending(position)
            if oldChild < oldEnd {
                pairs.append(
                    Pair(pointer: pointer, oldIndex: oldChild, newIndex: newChild < newEnd ? newChild : nil)
                )
                oldChild = old.next(oldChild)
            } else {
                add(pointer, newChild)
            }
            if newChild < newEnd { newChild = new.next(newChild) }
            position += 1
        }
        pending.append(contentsOf: pairs.reversed())
    }

    private mutating func add(_ pointer: JSONPointer, _ index: Int) {
        additions.append(JSONChange(pointer: pointer, old: nil, new: Array(new.raw(index))))
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
