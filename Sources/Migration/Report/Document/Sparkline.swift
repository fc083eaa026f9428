/// A curve in one line of text: `▁▂▅█`.
enum Sparkline {
    private static let marks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let maxMarks = 60

    /// - Parameter values: from 0; so many of them that follow each other make one mark of their average.
    static func of(_ values: [Double]) -> String {
        guard let highest = values.max(), highest > 0 else { return "" }
        let groupSize = max((values.count + maxMarks - 1) / maxMarks, 1)
        let averages = stride(from: 0, to: values.count, by: groupSize).map { start in
            let group = values[start..<min(start + groupSize, values.count)]
            return group.reduce(0, +) / Double(group.count)
        }
        return averages.map { marks[min(Int($0 / highest * Double(marks.count)), marks.count - 1)] }.joined()
    }
}
