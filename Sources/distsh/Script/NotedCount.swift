import Synchronization

/// A number that one thread leaves for another.
final class NotedCount: Sendable {
    private let value = Atomic<Int>(0)

    func note(_ count: Int) {
        value.store(count, ordering: .releasing)
    }

    /// The number, which is 0 afterwards.
    func take() -> Int {
        value.exchange(0, ordering: .acquiringAndReleasing)
    }
}

/// What scripts see of the process's environment: all but the application id, which is a secret.
enum SecretEnvironment {
    static let variable: @Sendable (String) -> String? = { name in
        name == "DISTSH_APP_ID" ? nil : getenvText(name)
    }

    private static func getenvText(_ name: String) -> String? {
        environmentVariable(name)
    }
}
