/// How many requests of one kind may be in flight: as many as the service can take without queueing them.
///
/// A window ends with the answer that comes after 1 s or more and is the 10th or later. Then, with L the limit, `long`
/// the `LatencyBaseline` and `short` the window's mean latency of successes:
///
/// | the window had                                             | L becomes                                        |
/// |------------------------------------------------------------|--------------------------------------------------|
/// | a timeout, a reset, or 5xx above 5 %                       | `max(1, floor(0.9 · L))`                         |
/// | the same, and no success at all                            | `max(1, floor(0.5 · L))`                         |
/// | L/2 in flight or more                                      | `0.8 · L + 0.2 · (L · g + (g == 1 ? 4 : 0))`     |
/// | the same, at the beginning, with g = 1                     | `1.5 · L`                                        |
/// | less in flight                                             | what it was                                      |
///
/// with `g = clamp(1.5 · long ÷ short, 0.5, 1)`.
///
/// - An explicit throttle does not wait for the window: it makes L `0.7 · L` at once, and holds all requests until its
///   `Retry-After`. Those that were under way then and are throttled too do not lower it again.
/// - The beginning ends with the first loss or congestion, and is come back to when L has fallen to where it started, so
///   that an outage is made good for in seconds.
/// - When `long` has risen by a tenth, the limit is halved for a window. If that makes requests faster, the rise was a
///   queue of our own making, and is taken back.
/// - At a limit of 1 nothing queues: `long` is what it takes then, and that is the new canary.
/// - A timeout is loss and never latency: a service that hangs must not pass for one that is slow.
struct AdaptiveLimit: Sendable {
    /// What an answer can be besides a success.
    enum Loss: Sendable, Equatable {
        /// 429, or 503 that says when to come again.
        case throttle(retryAfter: Duration?)
        /// No answer in time.
        case timeout
        /// The connection broke.
        case reset
        /// 5xx.
        case serverFailure
    }

    static let startLimit = 4
    static let minWindow = Duration.seconds(1)
    static let minSampleCount = 10
    static let lossFactor = 0.9
    static let blackoutFactor = 0.5
    static let throttleFactor = 0.7
    /// 5xx are loss when they are more than this part of a window.
    static let toleratedServerFailures = 0.05
    /// The new value's weight.
    static let smoothing = 0.2
    /// What is added to the new value when nothing is congested: room for a few to wait.
    static let headroom = 4.0
    static let beginningFactor = 1.5
    /// The longest hold, whatever `Retry-After` says (1 h); then the service is asked again.
    static let maxHold = Duration.seconds(3600)

    /// Until when the service asked to be left alone.
    private(set) var holdUntil: Duration?
    private var maxLimit: Int
    private var exactLimit: Double
    private var baseline = LatencyBaseline()
    private var window = Window()
    private var isBeginning = true
    /// While the limit is halved to look at the latency without our queue: the window begins with the requests that were
    /// sent from then on, when those of the full limit have been answered.
    private var checkFrom: Duration?
    private var throttledAt: Duration?

    private struct Window: Sendable {
        var start: Duration?
        var successCount = 0
        var latencySum = Duration.zero
        var lossCount = 0
        var serverFailureCount = 0
        var peakInFlight = 0

        var sampleCount: Int { successCount + lossCount + serverFailureCount }

        /// `nil` without a success.
        var meanLatencySeconds: Double? {
            successCount == 0 ? nil : latencySum / .seconds(1) / Double(successCount)
        }

        var hasLoss: Bool {
            lossCount > 0
                || Double(serverFailureCount) > AdaptiveLimit.toleratedServerFailures * Double(sampleCount)
        }
    }

    /// - Parameter maxLimit: the user's limit; at least 1.
    init(maxLimit: Int) {
        self.maxLimit = max(maxLimit, 1)
        exactLimit = Double(min(Self.startLimit, self.maxLimit))
    }

    /// The most requests that should be in flight now: from 1 to the greatest limit.
    var limit: Int {
        max(1, Int(checkFrom != nil ? exactLimit / 2 : exactLimit))
    }

    mutating func setMaxLimit(_ newLimit: Int) {
        // What was kept down by the old limit alone has not met the service's own yet.
        if newLimit > maxLimit, exactLimit >= Double(maxLimit) { isBeginning = true }
        maxLimit = max(newLimit, 1)
        exactLimit = min(exactLimit, Double(maxLimit))
    }

    /// The latency of a request that was alone, of the first stages of a canary ramp.
    mutating func noteCanary(latency: Duration) {
        baseline.noteCanary(latency / .seconds(1))
    }

    /// A request was sent.
    mutating func started(now: Duration) {
        if let holdUntil, now >= holdUntil { self.holdUntil = nil }
        if window.start == nil { window.start = now }
    }

    /// A request was answered, with anything that is no `Loss`: also with 404 or 410.
    ///
    /// - Parameter inFlight: the requests of this kind in flight just before, this one included.
    mutating func succeeded(latency: Duration, inFlight: Int, now: Duration) {
        if let checkFrom, now - latency < checkFrom { return }
        window.successCount += 1
        window.latencySum += latency
        window.peakInFlight = max(window.peakInFlight, inFlight, 1)
        endWindow(now: now)
    }

    mutating func lost(_ loss: Loss, now: Duration) {
        switch loss {
        case .throttle(let retryAfter): return throttled(retryAfter: retryAfter, now: now)
        case .timeout, .reset: window.lossCount += 1
        case .serverFailure: window.serverFailureCount += 1
        }
        endWindow(now: now)
    }

    private mutating func throttled(retryAfter: Duration?, now: Duration) {
        let isHeld = holdUntil.map { now < $0 } ?? false
        let isRepeated = throttledAt.map { now - $0 < Self.minWindow } ?? false
        if let retryAfter, retryAfter > .zero {
            let end = now + min(retryAfter, Self.maxHold)
            holdUntil = max(holdUntil ?? end, end)
        }
        guard !isHeld, !isRepeated else { return }
        throttledAt = now
        fall(by: Self.throttleFactor)
        window = Window(start: now)
    }

    private mutating func endWindow(now: Duration) {
        let start = window.start ?? now
        window.start = start
        guard now - start >= Self.minWindow, window.sampleCount >= Self.minSampleCount else { return }
        let ended = window
        window = Window(start: now)
        if ended.hasLoss {
            fall(by: ended.successCount == 0 ? Self.blackoutFactor : Self.lossFactor)
        } else if let short = ended.meanLatencySeconds {
            adapt(to: short, peakInFlight: ended.peakInFlight, now: now)
        }
    }

    private mutating func fall(by factor: Double) {
        checkFrom = nil
        exactLimit = max(1, (exactLimit * factor).rounded(.down))
        isBeginning = exactLimit <= Double(Self.startLimit)
    }

    private mutating func adapt(to short: Double, peakInFlight: Int, now: Duration) {
        guard checkFrom == nil else {
            checkFrom = nil
            return baseline.noteHalf(short: short)
        }
        if limit == 1 {
            baseline.noteAlone(short: short)
        } else if isBeginning {
            baseline.noteBeginning(short: short)
        } else {
            baseline.note(short: short)
        }
        guard Double(peakInFlight) >= exactLimit / 2 else { return }
        grow(gradient: baseline.gradient(short: short))
        guard baseline.needsCheck, limit > 1 else { return }
        let from = now + .seconds(short)
        checkFrom = from
        window = Window(start: from)
    }

    private mutating func grow(gradient: Double) {
        let isCongested = gradient < 1
        let next = exactLimit * gradient + (isCongested ? 0 : Self.headroom)
        let smoothed = exactLimit * (1 - Self.smoothing) + next * Self.smoothing
        let grown = isBeginning && !isCongested ? max(smoothed, exactLimit * Self.beginningFactor) : smoothed
        exactLimit = min(max(grown, 1), Double(maxLimit))
        if isCongested { isBeginning = exactLimit <= Double(Self.startLimit) }
    }
}
