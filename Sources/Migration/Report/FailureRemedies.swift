/// What can help a record that did not come to a good end, as its class tells.
enum FailureRemedy {
    /// It is tried again as it is.
    case trial
    /// The migration's file is mended: as it is, it fails on the record each time.
    case changedFile
    /// A plan is made that has the change.
    case newPlan
    /// A person looks at the record, or at the run that has perhaps changed it.
    case look

    init(_ failure: FailureClass?) {
        switch failure {
        case .script?, .limit?, .invalid?: self = .changedFile
        case .unseenShape?: self = .newPlan
        case .already?, .doubt?: self = .look
        default: self = .trial
        }
    }
}

/// What can help the records of a run that failed, were refused, or are in conflict, and how many of them.
struct FailureRemedies: Sendable, Equatable {
    /// Those that failed or were refused.
    private var failed: [FailureRemedy: Int] = [:]
    private var conflicts: [FailureRemedy: Int] = [:]

    init() {}

    init(_ groups: [FailureGroup]) {
        for group in groups {
            switch group.kind {
            case .refused?, .failed?: failed[FailureRemedy(group.failure), default: 0] += group.count
            case .conflict?: conflicts[FailureRemedy(group.failure), default: 0] += group.count
            default: break
            }
        }
    }

    var needsChangedFile: Bool { count(.changedFile) > 0 }

    /// How many are not helped by being tried again as they are.
    var beyondTrialCount: Int { count(.changedFile) + count(.newPlan) + count(.look) }

    /// What helps most of those that failed or were refused, if one thing does.
    var ofMostFailures: FailureRemedy? {
        let total = failed.values.reduce(0, +)
        return failed.first { 2 * $0.value > total }?.key
    }

    private func count(_ remedy: FailureRemedy) -> Int { failed[remedy, default: 0] + conflicts[remedy, default: 0] }
}
