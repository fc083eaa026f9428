import DistributionAPI

/// A report's content, without a format: Markdown and HTML are made from the same.
struct ReportDocument: Sendable {
    /// A piece of a line.
    enum Span: Sendable, Equatable {
        /// Words of ours.
        case words(String)
        /// Words of ours that matter.
        case strong(String)
        /// What comes from scripts, services and people: names, ids, messages, values.
        case outside(String)
    }

    typealias Line = [Span]

    struct Table: Sendable {
        var header: [String]
        var rows: [[Line]]
        /// Columns whose content ends in line, as numbers do.
        var numberColumns: Set<Int> = []
    }

    /// A part of a whole.
    struct Share: Sendable {
        enum Role: String, Sendable {
            case good, neutral, problem, open
        }

        var name: String
        var count: Int
        var role: Role
    }

    enum Block: Sendable {
        case paragraph(Line)
        case table(Table)
        /// A table whose first column names what is in the second.
        case facts([(name: String, value: Line)])
        case shares([Share])
        case plot(LinePlot)
        /// What to type.
        case commands([String])
    }

    struct Section: Sendable {
        var title: String
        var blocks: [Block]
    }

    var title: Line
    /// The verdict, and whether it is a good one.
    var verdict: String
    var isGood: Bool
    var sections: [Section]
    /// When it was made, and from what.
    var footer: Line

    /// With which every report ends.
    static let lastWords = "from the journal."

    /// Ids in a cell.
    static func ids(_ ids: [DistributionID]) -> Line {
        ids.enumerated().flatMap { index, id -> Line in
            index == 0 ? [.outside(id.description)] : [.words(" "), .outside(id.description)]
        }
    }
}

/// Moments for people: `2026-11-24 10:00:00Z`.
enum TimeText {
    static func of(_ time: DateTime) -> String {
        var text = Array(time.rfc3339UTF8.prefix(19))
        text[10] = UInt8(ascii: " ")
        return String(decoding: text, as: UTF8.self) + "Z"
    }
}
