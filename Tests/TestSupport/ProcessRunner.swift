import Dispatch
public import Glibc

/// A program that a test runs: started with `posix_spawn`, its output collected while it runs.
public final class RunningProcess: @unchecked Sendable {
    // `@unchecked Sendable`: the outputs are guarded by `lock`; everything else is fixed once started.

    /// How a program ended, and what it wrote.
    public struct Result: Sendable {
        /// The exit status; 128 and the signal's number when a signal ended it, as a shell says.
        public var status: Int32
        public var outputBytes: [UInt8]
        public var errorBytes: [UInt8]

        public var output: String { String(decoding: outputBytes, as: UTF8.self) }
        public var errors: String { String(decoding: errorBytes, as: UTF8.self) }
    }

    /// What standard input is.
    public enum Input: Sendable {
        /// Nothing, at once at its end.
        case empty
        case bytes([UInt8])
        /// Open until the program ends, with nothing to read.
        case open

        public static func text(_ text: String) -> Input { .bytes(Array(text.utf8)) }
    }

    /// A program could not be started.
    public struct StartFailure: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) {
            self.description = description
        }
    }

    private let child: ChildProcess
    public var processID: pid_t { child.processID }
    private let inputEnd: Int32
    private let lock = ProcessLock()
    private var collected: (output: [UInt8], errors: [UInt8]) = ([], [])
    private let readers = DispatchGroup()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - environment: all of it; nothing is inherited.
    ///   - directory: where it runs.
    public init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String = "/",
        input: Input = .empty
    ) throws {
        // A program may end before it has read what is written to it, here or by a test.
        signal(SIGPIPE, SIG_IGN)
        let started = try SpawnSettings.startLock.withLock {
            try Self.start(executable, arguments, environment, directory)
        }
        child = ChildProcess(started.processID)
        inputEnd = started.input
        collect(started.output) { $0.collected.output += $1 }
        collect(started.errors) { $0.collected.errors += $1 }
        feed(input)
    }

    private static func start(
        _ executable: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ directory: String
    ) throws -> (processID: pid_t, input: Int32, output: Int32, errors: Int32) {
        let input = try makePipe()
        let output = try makePipe()
        let errors = try makePipe()
        let spawn = SpawnSettings(directory: directory)
        spawn.redirect(0, to: input.reading)
        spawn.redirect(1, to: output.writing)
        spawn.redirect(2, to: errors.writing)
        let processID = try spawn.start(executable, arguments, environment)
        for end in [input.reading, output.writing, errors.writing] { close(end) }
        return (processID, input.writing, output.reading, errors.reading)
    }

    private static func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw StartFailure(description: "pipe: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private func collect(_ descriptor: Int32, _ add: @escaping @Sendable (RunningProcess, [UInt8]) -> Void) {
        readers.enter()
        let thread = DispatchQueue(label: "process output")
        thread.async { [self] in
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = read(descriptor, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                lock.withLock { add(self, Array(chunk[..<count])) }
            }
            close(descriptor)
            readers.leave()
        }
    }

    private func feed(_ input: Input) {
        switch input {
        case .open: return
        case .empty: close(inputEnd)
        case .bytes(let bytes):
            DispatchQueue(label: "process input").async { [inputEnd] in
                var sent = 0
                while sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes { write(inputEnd, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    sent += count
                }
                close(inputEnd)
            }
        }
    }

    /// What was written to standard error so far.
    public var errorsSoFar: String {
        lock.withLock { String(decoding: collected.errors, as: UTF8.self) }
    }

    /// What was written to standard output so far.
    public var outputSoFar: String {
        lock.withLock { String(decoding: collected.output, as: UTF8.self) }
    }

    /// Sends a signal.
    public func send(_ signal: Int32) {
        child.send(signal)
    }

    /// Returns when the condition holds; a test's time limit bounds the wait.
    ///
    /// - Throws: `CancellationError` when that limit is reached.
    public func wait(until condition: @Sendable (RunningProcess) -> Bool) async throws {
        while !condition(self) {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits for the end of the program and of its outputs.
    public func finish() async -> Result {
        let status = await child.end()
        await withCheckedContinuation { continuation in
            readers.notify(queue: .global()) { continuation.resume() }
        }
        return lock.withLock {
            Result(status: status, outputBytes: collected.output, errorBytes: collected.errors)
        }
    }
}

/// A lock for a class's own members.
final class ProcessLock: @unchecked Sendable {
    // `@unchecked Sendable`: a mutex is made for many threads.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() { pthread_mutex_init(mutex, nil) }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Value>(_ body: () throws -> Value) rethrows -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }
}

/// What `posix_spawn` is told. The program starts with every signal at its default.
final class SpawnSettings {
    /// Held while pipes are made, and while any program is started: one that is started by another thread meanwhile
    /// would hold the pipes' ends open.
    static let startLock = ProcessLock()

    /// More than are open in the tests' process.
    private static let maxDescriptors: Int32 = 1024

    private var actions = posix_spawn_file_actions_t()
    private var attributes = posix_spawnattr_t()
    private let directory: String

    /// - Parameter startsSession: whether the program gets a session of its own, and so may get a terminal.
    init(directory: String, startsSession: Bool = false) {
        self.directory = directory
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // POSIX_SPAWN_SETSIGDEF, POSIX_SPAWN_SETSIGMASK, and glibc's POSIX_SPAWN_SETSID, which is not imported.
        posix_spawnattr_setflags(&attributes, 0x04 | 0x08 | (startsSession ? 0x80 : 0))
    }

    deinit {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    func redirect(_ descriptor: Int32, to other: Int32) {
        posix_spawn_file_actions_adddup2(&actions, other, descriptor)
    }

    func open(_ path: String, as descriptor: Int32) {
        posix_spawn_file_actions_addopen(&actions, descriptor, path, O_RDWR, 0)
    }

    func start(_ executable: String, _ arguments: [String], _ environment: [String: String]) throws -> pid_t {
        // Descriptors that the test's process forgot to keep for itself: a program that held one would keep the pipe,
        // socket or lock from ending. Those that are not open count for nothing.
        for descriptor in 3..<Self.maxDescriptors { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var processID: pid_t = 0
        // `env` changes the folder, which `posix_spawn` itself can do with an extension only, and becomes the program.
        let changer = "/usr/bin/env"
        let argumentVector = CStrings([changer, "-C", directory, executable] + arguments)
        let environmentVector = CStrings(environment.map { "\($0.key)=\($0.value)" })
        let problem = posix_spawn(
            &processID,
            changer,
            &actions,
            &attributes,
            argumentVector.pointers,
            environmentVector.pointers
        )
        guard problem == 0 else {
            throw RunningProcess.StartFailure(description: "\(executable): \(String(cString: strerror(problem)))")
        }
        return processID
    }
}

/// A null-terminated array of C strings.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) {
        pointers = texts.map { strdup($0) } + [nil]
    }

    deinit {
        for pointer in pointers { free(pointer) }
    }
}
