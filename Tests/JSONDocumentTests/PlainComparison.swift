import JSONDocument

/// The differences of two documents of objects, whole numbers and arrays, found in the plainest way; and random
/// documents for it, with names that occur twice and names with escapes.
struct PlainComparison {
    private(set) var inOrder: [JSONChange] = []
    private(set) var additions: [JSONChange] = []

    mutating func compare(_ old: JSONDocument.Value, _ new: JSONDocument.Value, at pointer: JSONPointer) {
        guard old.kind == .object, new.kind == .object else {
            guard old.rawText != new.rawText else { return }
            inOrder.append(
                JSONChange(pointer: pointer, old: Array(old.rawBytes), new: Array(new.rawBytes))
            )
            return
        }
        let oldMembers = Self.lastMembers(old)
        for member in Self.lastMembers(new) where !oldMembers.contains(where: { $0.name == member.name }) {
            let added = Array(member.value.rawBytes)
            additions.append(JSONChange(pointer: pointer.appending(member.name), old: nil, new: added))
        }
        for member in oldMembers {
            let place = pointer.appending(member.name)
            if let other = new[member.name] {
                compare(member.value, other, at: place)
            } else {
                inOrder.append(JSONChange(pointer: place, old: Array(member.value.rawBytes), new: nil))
            }
        }
    }

    private static func lastMembers(_ object: JSONDocument.Value) -> [JSONDocument.Member] {
        object.members.filter { object[$0.name]?.index == $0.value.index }
    }

    private static let names = ["a", "b", "c", "d", "e", "\\u0061", "aa"]

    static func randomObject(_ source: inout SplitMix64, depth: Int = 0) -> String {
        let members = (0..<Int.random(in: 0...6, using: &source)).map { _ in randomMember(&source, depth: depth) }
        return "{\(members.joined(separator: ","))}"
    }

    private static func randomMember(_ source: inout SplitMix64, depth: Int) -> String {
        let isObject = depth < 2 && Int.random(in: 0..<3, using: &source) == 0
        let value = isObject ? randomObject(&source, depth: depth + 1) : "\(Int.random(in: 0..<3, using: &source))"
        return "\"\(names.randomElement(using: &source) ?? "a")\":\(value)"
    }

    /// The document with a few members dropped, put in, given another value, or moved.
    static func randomVariant(of document: JSONDocument, _ source: inout SplitMix64) -> String {
        var members = document.root.members.map { "\"\($0.name)\":\($0.value.rawText)" }
        for _ in 0..<Int.random(in: 0...3, using: &source) {
            let place = Int.random(in: 0...members.count, using: &source)
            switch Int.random(in: 0..<4, using: &source) {
            case 0 where place < members.count: members.remove(at: place)
            case 1 where place < members.count: members[place] = randomMember(&source, depth: 1)
            case 2: members.insert(randomMember(&source, depth: 1), at: place)
            default: members.shuffle(using: &source)
            }
        }
        return "{\(members.joined(separator: ","))}"
    }
}
