/// The life of one connection as a pure state machine: events in, actions out, no channel and no clock.
///
/// ```
/// opening ──established──▶ idle ◀──answered(reusable)── receiving
///    │                      │ send                         ▲
///    │                      ▼                              │ received
///    │                   awaiting ─────────────────────────┘
///    └──────── every state ── closed / abandon ──▶ closed
/// ```
struct ConnectionState: Equatable, Sendable {
    enum State: Equatable, Sendable {
        /// Being connected, TLS handshake included; nothing may be sent.
        case opening
        case idle
        /// A request was written; no byte of its answer has come.
        case awaiting
        /// A part of the answer has come.
        case receiving
        case closed
    }

    /// What a closed connection means to whoever used it.
    enum CloseAction: Equatable, Sendable {
        /// It was closed before.
        case nothing
        /// The attempt to connect failed: nothing was sent.
        case failOpening
        /// Nobody was using it.
        case forget
        /// A reused connection closed before any byte of the answer: the service had probably closed it while idle.
        case failStale
        /// The answer was lost.
        case failAnswer
    }

    /// What to do with bytes.
    enum ReceiveAction: Equatable, Sendable {
        case parse
        /// Nothing was asked, so the connection is of no use.
        case close
        case ignore
    }

    /// What to do with a connection whose answer is complete.
    enum AnswerAction: Equatable, Sendable {
        case release
        case close
    }

    private(set) var state = State.opening
    /// Requests sent on this connection.
    private(set) var requestCount = 0

    /// Whether a request is in flight.
    var isBusy: Bool { state == .awaiting || state == .receiving }

    /// `opening → idle`.
    ///
    /// - Returns: false when it was given up meanwhile.
    mutating func established() -> Bool {
        guard state == .opening else { return false }
        state = .idle
        return true
    }

    /// `idle → awaiting`.
    ///
    /// - Returns: false when the connection cannot carry a request.
    mutating func send() -> Bool {
        guard state == .idle else { return false }
        state = .awaiting
        requestCount += 1
        return true
    }

    /// `awaiting | receiving → receiving`.
    mutating func received() -> ReceiveAction {
        switch state {
        case .awaiting, .receiving:
            state = .receiving
            return .parse
        case .idle, .opening: return .close
        case .closed: return .ignore
        }
    }

    /// `receiving → idle`, or on the way to `closed` when the connection cannot be used again.
    mutating func answered(isReusable: Bool) -> AnswerAction {
        guard isReusable, state == .receiving else {
            state = .closed
            return .close
        }
        state = .idle
        return .release
    }

    /// The connection ended, by whichever side. Any state `→ closed`.
    mutating func closed() -> CloseAction {
        defer { state = .closed }
        switch state {
        case .opening: return .failOpening
        case .idle: return .forget
        case .awaiting: return requestCount > 1 ? .failStale : .failAnswer
        case .receiving: return .failAnswer
        case .closed: return .nothing
        }
    }
}
