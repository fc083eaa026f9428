/// Makes the top-level locals of a session's entries live on, with Lua's own lexical scoping.
///
/// An entry becomes the body of a function whose upvalues are the session's locals that it names. After each `local` of
/// its top level stands a call that hands the runtime (`SessionRuntimeSource`) a closure over the new variables. So
/// closures share variables, a new local hides an older one only for what comes later, and the compiler itself refuses to
/// assign to constants. Line numbers stay as they are.
public enum SessionLocals {
    /// A Lua function has at most 200 locals and 255 upvalues; an entry gets this many of the session's names.
    public static let maximumLocals = 190

    /// Rewrites an entry, given the session's visible locals in any order, each name once.
    ///
    /// An expression is given as `return expression`. Text that does not compile is rewritten too, to nothing useful: the
    /// runtime compiles the entry itself first and says what is wrong with it.
    public static func rewrite(entry: String, visible: [SessionLocal]) -> SessionRewrite {
        let source = LuaSource(entry)
        let occurring = source.nameOccurrences()
        let used = usedLocals(occurring, visible)
        let keepName = unusedName(occurring)
        let header = header(used.prefix(maximumLocals), keepName: keepName)
        let statements = topLevelLocals(source)
        return SessionRewrite(
            text: header + keeping(statements, of: source, keepName: keepName) + footer,
            unkeptText: header + keeping([], of: source, keepName: keepName) + footer,
            declarations: statements.map { $0.names.map { SessionRewrite.Declaration($0.text, $0.attribute) } },
            omittedNames: used.dropFirst(maximumLocals).map(\.name)
        )
    }

    /// On the entry's last line: the compiler gives some errors the line of the word that comes next.
    private static let footer = " end"

    /// Where the entry ends but for a comment that would take the footer with it.
    private static func endOfEntry(_ source: LuaSource) -> Int {
        guard let last = source.tokens.last, last.kind == .comment, !source.bytes[last.range].contains(0x0A) else {
            return source.bytes.count
        }
        return last.range.lowerBound
    }

    /// Every free name is a field of `_ENV`: so a local of that name is used by all entries.
    private static let environmentName = "_ENV"

    private static func usedLocals(_ occurring: [String], _ visible: [SessionLocal]) -> [SessionLocal] {
        let byName = Dictionary(visible.map { ($0.name, $0) }) { first, _ in first }
        let names = [environmentName] + occurring.filter { $0 != environmentName }
        return names.compactMap { byName[$0] }
    }

    private static func unusedName(_ occurring: [String]) -> String {
        let taken = Set(occurring)
        var name = "_keep"
        var number = 1
        while taken.contains(name) {
            number += 1
            name = "_keep\(number)"
        }
        return name
    }

    private static func header(_ locals: ArraySlice<SessionLocal>, keepName: String) -> String {
        let names = [keepName] + locals.map { $0.isConstant ? $0.name + "<const>" : $0.name }
        return "local \(names.joined(separator: ",")) = ... return function(...) "
    }

    /// The `local` statements outside of all blocks and functions.
    private static func topLevelLocals(_ source: LuaSource) -> [LocalStatement] {
        let scanner = ExpressionScanner(source)
        var statements: [LocalStatement] = []
        var index = 0
        while let token = source.token(index) {
            if token.is(.local) {
                let statement = LocalStatement(source, at: index, scanner: scanner)
                if !statement.names.isEmpty { statements.append(statement) }
                index = statement.endIndex
            } else {
                index = (opensBlock(token) ? scanner.partners[index] ?? index : index) + 1
            }
        }
        return statements
    }

    private static func opensBlock(_ token: Token) -> Bool {
        guard case .keyword(let keyword) = token.kind else { return false }
        return [.function, .if, .while, .for, .do, .repeat].contains(keyword)
    }

    // MARK: Keeping

    private static func keeping(_ statements: [LocalStatement], of source: LuaSource, keepName: String) -> String {
        var bytes: [UInt8] = []
        var copied = 0
        func copy(to end: Int) {
            bytes += source.bytes[copied..<max(copied, end)]
            copied = max(copied, end)
        }
        for statement in statements {
            for name in statement.names where name.attribute == .close {
                guard let word = name.attributeIndex.flatMap(source.token) else { continue }
                copy(to: word.range.lowerBound)
                bytes += LocalAttribute.const.rawValue.utf8
                copied = word.range.upperBound
            }
            guard let last = source.token(statement.endIndex - 1) else { continue }
            copy(to: last.range.upperBound)
            bytes += call(statement, keepName: keepName).utf8
        }
        copy(to: endOfEntry(source))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Between semicolons, so that neither what is before it nor what follows can become part of it.
    private static func call(_ statement: LocalStatement, keepName: String) -> String {
        let marked = statement.names.map { name in
            switch name.attribute {
            case .const: name.text + "!"
            case .close: name.text + "!!"
            case nil: name.text
            }
        }
        let names = statement.names.map(\.text).joined(separator: ",")
        return ";\(keepName)(\"\(marked.joined(separator: " "))\",function() return \(names) end);"
    }
}
