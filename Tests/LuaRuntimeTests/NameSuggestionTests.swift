import Testing

@testable import LuaRuntime

@Suite("Names that were meant")
struct NameSuggestionTests {
    @Test(arguments: [
        ("print", "pritn"), ("print", "prin"), ("print", "Print"), ("print", "priint"), ("get_many", "getMany"),
        ("get", "gte"), ("id", "Id"), ("distribution", "distirbutoin"),
    ])
    func `a name that is close is meant`(name: String, typed: String) {
        #expect(NameSuggestion.closest(to: typed, among: ["math", "string", name, "coroutine"]) == name)
    }

    @Test(arguments: ["x", "", "foo", "prnt_everything", "gate", String(repeating: "p", count: 500)])
    func `other names are not`(typed: String) {
        #expect(NameSuggestion.closest(to: typed, among: ["print", "get", "y", "table", ""]) == nil)
    }

    @Test func `the closest of several is meant`() {
        #expect(NameSuggestion.closest(to: "lsit", among: ["last", "list", "lost"]) == "list")
        #expect(NameSuggestion.closest(to: "LIST", among: ["lists", "list", "lost"]) == "list")
        #expect(NameSuggestion.closest(to: "name", among: ["fame", "nama"]) == "nama")
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "axc", 1), ("abcd", "badc", 2),
        ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func `distances count changes and swaps`(left: String, right: String, expected: Int) {
        #expect(NameSuggestion.distance(Array(left.utf8), Array(right.utf8)) == expected)
        #expect(NameSuggestion.distance(Array(right.utf8), Array(left.utf8)) == expected)
    }
}
