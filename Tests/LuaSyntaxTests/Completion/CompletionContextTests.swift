import LuaSyntax
import Testing

@Suite("What is completed at a cursor")
struct CompletionContextTests {
    typealias Subject = CompletionContext.Subject
    typealias Site = CompletionContext.StringSite

    struct Case: CustomTestStringConvertible, Sendable {
        /// With the cursor at `¦`.
        var marked: String
        var subject: Subject
        /// What a completion replaces.
        var replaced: String

        init(_ marked: String, _ subject: Subject, replacing replaced: String = "") {
            self.marked = marked
            self.subject = subject
            self.replaced = replaced
        }

        var testDescription: String { marked }
    }

    static let documented: Set<String> = [
        "distribution.get", "distribution.list", "distribution.update", "d:save", "require",
    ]

    static let names: [Case] = [
        Case("¦", .name(prefix: "")), Case("pri¦", .name(prefix: "pri"), replacing: "pri"),
        Case("x = dis¦tribution", .name(prefix: "dis"), replacing: "dis"),
        Case("whi¦ 'unclosed", .name(prefix: "whi"), replacing: "whi"),
        Case("do¦", .name(prefix: "do"), replacing: "do"), Case("f(a¦", .name(prefix: "a"), replacing: "a"),
        Case("x = 1 -- dis¦", .none), Case("--[[ dis¦ ]]", .none), Case("x = 3.¦", .none), Case("x = 3¦", .none),
        Case("x = 'a'¦", .none), Case("local na¦", .none), Case("for na¦", .none), Case("goto na¦", .none),
        Case("::na¦", .none),
        Case("local a = na¦", .name(prefix: "na"), replacing: "na"),
        Case("a .. b¦", .name(prefix: "b"), replacing: "b"),
        Case("{ pa¦", .name(prefix: "pa"), replacing: "pa"), Case("é¦", .none),
        Case("x = 'é' .. na¦", .name(prefix: "na"), replacing: "na"),
    ]

    static let members: [Case] = [
        Case("d.¦", .member(path: [.name("d")], separator: .dot, prefix: "")),
        Case("d.gith¦", .member(path: [.name("d")], separator: .dot, prefix: "gith"), replacing: "gith"),
        Case("d.a.b¦.c", .member(path: [.name("d"), .name("a")], separator: .dot, prefix: "b"), replacing: "b"),
        Case("d:up¦", .member(path: [.name("d")], separator: .colon, prefix: "up"), replacing: "up"),
        Case(
            "d['a b'][2].c.¦",
            .member(path: [.name("d"), .key("a b"), .index(2), .name("c")], separator: .dot, prefix: "")
        ),
        Case("print(d\n  .na¦", .member(path: [.name("d")], separator: .dot, prefix: "na"), replacing: "na"),
        Case("d.end¦", .member(path: [.name("d")], separator: .dot, prefix: "end"), replacing: "end"),
        Case("d[x].a¦", .none), Case("d[1 + 1].a¦", .none), Case("d[1.5].a¦", .none), Case("d['\\n'].a¦", .none),
        Case("(d).a¦", .none), Case("d:m().a¦", .none),
        Case("f(x).a¦", .none), Case("f(x)(y).a¦", .none), Case("{}.a¦", .none), Case("d:a.b¦", .none),
        Case("'x'.a¦", .none),
        Case(
            "distribution.get('1').gith¦",
            .memberOfCall(function: "distribution.get", path: [], separator: .dot, prefix: "gith"),
            replacing: "gith"
        ),
        Case(
            "distribution.get '1'.a[1].b¦",
            .memberOfCall(function: "distribution.get", path: [.name("a"), .index(1)], separator: .dot, prefix: "b"),
            replacing: "b"
        ),
        Case(
            "x = distribution.list { a = f(1) }:¦",
            .memberOfCall(function: "distribution.list", path: [], separator: .colon, prefix: "")
        ),
        Case("d:save().¦", .memberOfCall(function: "d:save", path: [], separator: .dot, prefix: "")),
        Case("function distribution.get(a).b¦", .none), Case("distribution.get('1')().a¦", .none),
    ]

    static let strings: [Case] = [
        Case(
            "distribution.get '7f¦",
            .string(Site(prefix: "7f", quote: "'", callee: call(["distribution", "get"], 0))),
            replacing: "7f"
        ),
        Case(
            "distribution.get \"7f¦1\")",
            .string(Site(prefix: "7f", quote: "\"", callee: call(["distribution", "get"], 0))),
            replacing: "7f"
        ),
        Case("require [[a.¦", .string(Site(prefix: "a.", quote: "[[", callee: call(["require"], 0))), replacing: "a."),
        Case(
            "require [==[é¦]==]",
            .string(Site(prefix: "é", quote: "[==[", callee: call(["require"], 0))),
            replacing: "é"
        ),
        Case("f(a, {1, 2}, 'x¦", .string(Site(prefix: "x", quote: "'", callee: call(["f"], 2))), replacing: "x"),
        Case("f(a .. 'x¦", .string(Site(prefix: "x", quote: "'")), replacing: "x"),
        Case("x = '¦", .string(Site(prefix: "", quote: "'"))),
        Case("d['gi¦", .string(Site(prefix: "gi", quote: "'", indexedPath: [.name("d")])), replacing: "gi"),
        Case("d.a['¦']", .string(Site(prefix: "", quote: "'", indexedPath: [.name("d"), .name("a")]))),
        Case(
            "f { k = 'v¦",
            .string(Site(prefix: "v", quote: "'", callee: call(["f"], 0), option: "k")),
            replacing: "v"
        ),
        Case(
            "f(1, { a = 1, k = 'v¦",
            .string(Site(prefix: "v", quote: "'", callee: call(["f"], 1), option: "k")),
            replacing: "v"
        ),
        Case("x = { k = 'v¦", .string(Site(prefix: "v", quote: "'")), replacing: "v"),
        Case("f({ 'v¦", .string(Site(prefix: "v", quote: "'")), replacing: "v"),
    ]

    static let options: [Case] = [
        Case("distribution.list({pa¦", options("distribution.list", 0, [], "pa"), replacing: "pa"),
        Case("distribution.list{¦", options("distribution.list", 0, [], "")),
        Case(
            "distribution.update(d, { a = 1, ['b c'] = f(x, y), ¦, z = 2, 3, q = { r = 1 } }) w = 3",
            options("distribution.update", 1, ["a", "b c", "z", "q"], "")
        ),
        Case(
            "distribution.list{ a = { b = 1 }; f = function() local x, y = 1 end, pa¦ge = 2, c = 3 }",
            options("distribution.list", 0, ["a", "f", "c"], "pa"),
            replacing: "pa"
        ),
        Case("distribution.list{ a = ¦ }", .name(prefix: "")), Case("other{ a¦ }", .name(prefix: "a"), replacing: "a"),
        Case("distribution.list{ a = { b¦ } }", .name(prefix: "b"), replacing: "b"),
        Case("distribution.list(x or { b¦ })", .name(prefix: "b"), replacing: "b"),
        Case("f(distribution.list{ pa¦", options("distribution.list", 0, [], "pa"), replacing: "pa"),
        Case("distribution.list{ d.¦", .member(path: [.name("d")], separator: .dot, prefix: "")),
    ]

    static let commands: [Case] = [
        Case(".¦", .command(prefix: "."), replacing: "."), Case("  .lo¦", .command(prefix: ".lo"), replacing: ".lo"),
        Case(".load fi¦", .commandArgument(command: ".load", prefix: "fi"), replacing: "fi"),
        Case(".load 'a  ¦", .commandArgument(command: ".load", prefix: "")), Case("..¦", .name(prefix: "")),
        Case(".5¦", .none),
        Case("x = y\n.z¦", .member(path: [.name("y")], separator: .dot, prefix: "z"), replacing: "z"),
    ]

    static func call(_ names: [String], _ argumentIndex: Int) -> CallContext {
        CallContext(AccessPath(names.map(PathStep.name)), argumentIndex: argumentIndex)
    }

    static func options(_ function: String, _ index: Int, _ keys: [String], _ prefix: String) -> Subject {
        .optionsKey(function: function, argumentIndex: index, existingKeys: keys, prefix: prefix)
    }

    @Test("the subject and what is replaced", arguments: names + members + strings + options + commands)
    func subjects(example: Case) {
        let marked = MarkedText(example.marked)
        let context = CompletionContext.at(
            cursor: marked.cursor,
            in: marked.text,
            isDocumentedFunction: Self.documented.contains
        )
        #expect(context.subject == example.subject)
        #expect(slice(marked.text, context.replaced) == example.replaced)
        #expect(context.replaced.upperBound == marked.cursor)
    }
}
