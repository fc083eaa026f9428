import DistributionAPI

/// One record under way.
final class ActiveRecord {
    let item: WorkItem
    var chunk: ChunkInHand
    var machine: RecordMachine
    /// The number of the request under way; 0 when there is none.
    var request: UInt64 = 0
    var call = DistributionCall()
    var isWriting = false
    var requestedAt = Duration.zero
    /// When the body that is to be written over was read, at the earliest.
    private(set) var readAt = Duration.zero
    /// How often it was read since its last write.
    private var readCount = 0
    /// Gives up the retry that it waits for; `nil` when it waits for none.
    var cancelRetry: (() -> Void)?
    /// How it has ended, while that is on its way to the journal.
    var concluding: OutcomeKind?
    /// The bytes of its input, and of bodies, that it holds.
    var heldBytes = 0

    init(_ item: WorkItem, chunk: ChunkInHand, policy: RecordMachine.Policy) {
        self.item = item
        self.chunk = chunk
        machine = RecordMachine(item, policy: policy)
    }

    /// Notes that the read under way was answered with a body.
    func noteBody(now: Duration) {
        readCount += 1
        // The service has read it after it was asked: that is all that is known, for the answer may have waited for us.
        // Where reading again does not help, the service itself is slow: its answers count when they come.
        readAt = readCount <= EngineLimits.maxStaleReads ? requestedAt : now
    }

    /// Notes that a body is sent.
    func noteWrite() {
        readCount = 0
    }

    var isWaitingForRetry: Bool { cancelRetry != nil }

    /// Whether it counts as parked when it is left as it is: a plan from a newer body has ended the parking.
    var isStillParked: Bool { item.isParked && machine.generation == item.generation }
}

/// A chunk that this process has claimed.
final class ChunkInHand {
    let number: Int64
    let fence: Int64
    /// Records of it that have not ended, been parked or been left.
    var openCount: Int
    var hasParked = false
    /// Whether records of it were left open for the next resume.
    var hasLeft = false

    init(_ claim: ChunkClaim) {
        number = claim.number
        fence = claim.fence
        openCount = claim.items.count
    }

    var end: ChunkEnd { hasLeft ? .released : hasParked ? .parked : .done }
}
