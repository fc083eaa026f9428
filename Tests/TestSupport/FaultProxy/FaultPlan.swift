/// Which fault each request meets: drawn from a seed, or a list.
///
/// The faults come in the order in which requests arrive at the proxy. With several connections that order is the
/// system's, so a seed gives the same faults again, but not always to the same requests.
public struct FaultPlan: Sendable {
    /// How often each kind of fault is met, from 0 to 1; what is left to 1 is `none`.
    public struct Rates: Sendable, Equatable {
        private var rates: [Fault.Kind: Double]

        public init(_ rates: [Fault.Kind: Double] = [:]) {
            self.rates = rates
        }

        /// Every kind as often as any other, so that together they are met that often.
        public static func even(
            _ total: Double,
            among kinds: [Fault.Kind] = Fault.Kind.allCases.filter { $0 != .none }
        ) -> Rates {
            Rates(Dictionary(uniqueKeysWithValues: kinds.map { ($0, total / Double(kinds.count)) }))
        }

        public subscript(kind: Fault.Kind) -> Double {
            get { rates[kind] ?? 0 }
            set { rates[kind] = newValue }
        }
    }

    private enum Source: Sendable {
        case seeded(SeededGenerator, reads: Rates, writes: Rates)
        case scripted([Fault], count: Int)
    }

    private var source: Source
    private let maxStall: Duration
    private let maxLateness: Duration

    /// Draws the faults.
    ///
    /// - Parameters:
    ///   - reads: for every request but a `POST`. `refuse` is drawn once for each connection, from these.
    ///   - writes: for `POST`.
    ///   - maxStall: the longest silence of a `stall`.
    ///   - maxLateness: the longest time until a `late` request lands.
    public init(
        seed: UInt64,
        reads: Rates,
        writes: Rates,
        maxStall: Duration = .milliseconds(100),
        maxLateness: Duration = .milliseconds(100)
    ) {
        source = .seeded(SeededGenerator(seed: seed), reads: reads, writes: writes)
        self.maxStall = maxStall
        self.maxLateness = maxLateness
    }

    /// Draws the faults with the same rates for reads and writes.
    public init(seed: UInt64, rates: Rates) {
        self.init(seed: seed, reads: rates, writes: rates)
    }

    /// Takes the faults from a list, and `none` after its end.
    ///
    /// A `refuse` is taken by the next connection or the next request, whichever comes first.
    public init(script: [Fault]) {
        source = .scripted(script, count: script.count)
        maxStall = .zero
        maxLateness = .zero
    }

    /// No fault at all.
    public static let none = FaultPlan(script: [])

    /// Whether the next connection is closed as it is accepted.
    public mutating func refusesConnection() -> Bool {
        switch source {
        case .seeded(var generator, let reads, let writes):
            let isRefused = Double.random(in: 0..<1, using: &generator) < reads[.refuse]
            source = .seeded(generator, reads: reads, writes: writes)
            return isRefused
        case .scripted(let faults, let count):
            guard faults.first == .refuse else { return false }
            source = .scripted(Array(faults.dropFirst()), count: count)
            return true
        }
    }

    /// The fault of the next request.
    ///
    /// - Parameter isWrite: whether it is a `POST`.
    public mutating func next(isWrite: Bool) -> Fault {
        let fault = take(isWrite: isWrite)
        return fault.isForWritesOnly && !isWrite ? .none : fault
    }

    private mutating func take(isWrite: Bool) -> Fault {
        switch source {
        case .seeded(var generator, let reads, let writes):
            let fault = draw(isWrite ? writes : reads, &generator)
            source = .seeded(generator, reads: reads, writes: writes)
            return fault
        case .scripted(let faults, let count):
            source = .scripted(Array(faults.dropFirst()), count: count)
            return faults.first ?? .none
        }
    }

    private func draw(_ rates: Rates, _ generator: inout SeededGenerator) -> Fault {
        var left = Double.random(in: 0..<1, using: &generator)
        for kind in Fault.Kind.allCases where kind != .none && kind != .refuse {
            left -= rates[kind]
            if left < 0 { return fault(kind, &generator) }
        }
        return .none
    }

    private func fault(_ kind: Fault.Kind, _ generator: inout SeededGenerator) -> Fault {
        switch kind {
        case .none: .none
        case .refuse: .refuse
        case .resetBeforeForwarding: .resetBeforeForwarding
        case .resetAfterApplying: .resetAfterApplying
        case .resetInHead: .resetInHead
        case .resetInBody: .resetInBody
        case .stall: .stall(maxStall * Double.random(in: 0..<1, using: &generator))
        case .truncate: .truncate
        case .serverErrorAfterApplying: .serverErrorAfterApplying
        case .unavailable: .unavailable(retryAfterSeconds: [nil, 0, 1].randomElement(using: &generator) ?? nil)
        case .throttled: .throttled(retryAfterSeconds: [nil, 0, 1].randomElement(using: &generator) ?? nil)
        case .duplicate: .duplicate
        case .late:
            .late(
                maxLateness * Double.random(in: 0..<1, using: &generator),
                Bool.random(using: &generator) ? .serverError : .reset
            )
        }
    }
}

extension FaultPlan: CustomStringConvertible {
    /// What makes the plan again, for a test's failure.
    public var description: String {
        switch source {
        case .seeded(let generator, let reads, let writes):
            "faults of seed \(generator.seed), reads \(reads), writes \(writes)"
        case .scripted(_, let count): "\(count) faults of a list"
        }
    }
}

extension FaultPlan.Rates: CustomStringConvertible {
    public var description: String {
        let parts = Fault.Kind.allCases.filter { self[$0] > 0 }.map { "\($0.rawValue) \(self[$0])" }
        return "{\(parts.joined(separator: ", "))}"
    }
}
