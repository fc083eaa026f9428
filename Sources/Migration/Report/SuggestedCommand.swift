/// The commands that texts about runs tell to type.
enum SuggestedCommand {
    static func resume(_ run: RunID) -> String { "distsh migrate resume \(run)" }
    static func retry(_ run: RunID) -> String { "distsh migrate retry \(run)" }
    static func verify(_ run: RunID) -> String { "distsh migrate verify \(run)" }
    static func report(_ run: RunID) -> String { "distsh migrate report \(run)" }
    static func rollback(_ run: RunID) -> String { "distsh migrate rollback \(run)" }

    static func retry(_ run: RunID, _ failure: FailureClass) -> String {
        "\(retry(run)) --class \(failure.rawValue)"
    }
}
