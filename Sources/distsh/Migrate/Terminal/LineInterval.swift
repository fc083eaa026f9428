/// Says when a line of progress is due where each line stays.
struct LineInterval {
    static let standard = Duration.seconds(10)

    private let interval: Duration
    private var last = Duration.zero

    init(_ interval: Duration = standard) {
        self.interval = interval
    }

    /// - Parameter elapsed: since the beginning, where none is due.
    mutating func isDue(_ elapsed: Duration) -> Bool {
        guard elapsed - last >= interval else { return false }
        last = elapsed
        return true
    }
}
