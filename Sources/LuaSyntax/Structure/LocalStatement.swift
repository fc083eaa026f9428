/// What stands between `<` and `>` after a local's name.
public enum LocalAttribute: String, Hashable, Sendable {
    case const
    case close
}

/// A `local` statement of a text: its names and where it ends. Indices are those of `LuaSource.code`.
struct LocalStatement {
    struct Name {
        var text: String
        var attribute: LocalAttribute?
        var index: Int
        /// Where the attribute's word stands.
        var attributeIndex: Int?
    }

    var names: [Name] = []
    var isFunction = false
    /// Where the values begin; `nil` without values and for functions.
    var valuesIndex: Int?
    /// The first token after the statement.
    var endIndex: Int

    /// Reads the statement whose `local` is at an index; broken text gives the names up to where it breaks.
    init(_ source: LuaSource, at localIndex: Int, scanner: ExpressionScanner) {
        endIndex = localIndex + 1
        if let token = source.token(endIndex), token.is(.function) {
            readFunction(source, scanner)
        } else {
            readNames(source)
            guard let assign = source.token(endIndex), assign.is(.assign) else { return }
            valuesIndex = endIndex + 1
            endIndex = scanner.endOfList(from: endIndex + 1)
        }
    }

    private mutating func readFunction(_ source: LuaSource, _ scanner: ExpressionScanner) {
        let functionIndex = endIndex
        isFunction = true
        if let token = source.token(functionIndex + 1), token.kind == .name {
            names.append(Name(text: source.text(of: token), index: functionIndex + 1))
        }
        endIndex = scanner.partners[functionIndex].map { $0 + 1 } ?? source.code.count
    }

    private mutating func readNames(_ source: LuaSource) {
        while let token = source.token(endIndex), token.kind == .name {
            var name = Name(text: source.text(of: token), index: endIndex)
            endIndex += 1
            readAttribute(source, &name)
            names.append(name)
            guard let comma = source.token(endIndex), comma.is(.comma) else { return }
            endIndex += 1
        }
    }

    private mutating func readAttribute(_ source: LuaSource, _ name: inout Name) {
        guard let less = source.token(endIndex), less.is(.less), let word = source.token(endIndex + 1),
            word.kind == .name,
            let greater = source.token(endIndex + 2), greater.is(.greater)
        else { return }
        name.attribute = LocalAttribute(rawValue: source.text(of: word))
        name.attributeIndex = endIndex + 1
        endIndex += 3
    }
}
