/// Cuts the looks of a whole text at the ends of its lines, one line after the other.
///
/// Whatever an assistant says, the text is shown whole: looks that overlap, that are out of order or that lie outside
/// the text are left out.
struct StyledLines {
    private let styles: [StyledRange]
    private var next = 0
    /// UTF-8 offset of the line that comes next.
    private var offset = 0

    init(_ styles: [StyledRange]) {
        self.styles = styles
    }

    /// The runs of the next line.
    mutating func next(_ line: TextLine) -> [StyledText.Run] {
        let text = line.text
        let range = offset..<offset + line.byteCount
        offset = range.upperBound + 1
        guard next < styles.count else { return text.isEmpty ? [] : [StyledText.Run(text)] }
        var runs: [StyledText.Run] = []
        var done = text.startIndex
        while next < styles.count, styles[next].range.lowerBound < range.upperBound {
            let style = styles[next]
            let start = max(Self.index(style.range.lowerBound - range.lowerBound, text), done)
            let end = max(Self.index(style.range.upperBound - range.lowerBound, text), start)
            Self.append(text[done..<start], .plain, &runs)
            Self.append(text[start..<end], style.style, &runs)
            done = end
            guard style.range.upperBound <= range.upperBound else { break }
            next += 1
        }
        Self.append(text[done...], .plain, &runs)
        return runs
    }

    /// The end of a character at or behind an offset, which need not be in the text.
    private static func index(_ offset: Int, _ text: String) -> String.Index {
        if offset <= 0 { return text.startIndex }
        if offset >= text.utf8.count { return text.endIndex }
        var index = text.utf8.index(text.startIndex, offsetBy: offset)
        while index < text.endIndex, String.Index(index, within: text) == nil { index = text.utf8.index(after: index) }
        return index
    }

    private static func append(_ text: Substring, _ style: Style, _ runs: inout [StyledText.Run]) {
        guard !text.isEmpty else { return }
        if let last = runs.last, last.style == style {
            runs[runs.count - 1].text += text
        } else {
            runs.append(StyledText.Run(String(text), style))
        }
    }

    /// Puts one look above the others.
    static func overlay(_ styles: [StyledRange], _ range: Range<Int>, _ style: Style) -> [StyledRange] {
        var result: [StyledRange] = []
        for below in styles {
            if below.range.lowerBound < range.lowerBound {
                let end = min(below.range.upperBound, range.lowerBound)
                result.append(StyledRange(below.range.lowerBound..<end, below.style))
            }
        }
        result.append(StyledRange(range, style))
        for below in styles where below.range.upperBound > range.upperBound {
            let start = max(below.range.lowerBound, range.upperBound)
            result.append(StyledRange(start..<below.range.upperBound, below.style))
        }
        return result
    }
}
