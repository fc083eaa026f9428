import Glibc
import TestSupport
import Testing

@Suite("Completion runs nothing, waits for nothing and asks nobody", .timeLimit(.minutes(4)))
struct CompletionSafetyTests {
    private static let hostile = """
        ran = {}
        local function run(name) return function() ran[#ran + 1] = name while true do end end end
        t = setmetatable({ field = 1 }, {
            __index = run 'index', __pairs = run 'pairs', __len = run 'len', __call = run 'call',
            __name = setmetatable({}, { __tostring = run 'name' }), __metatable = run 'metatable',
            __tostring = run 'tostring', __eq = run 'eq', __close = run 'close',
        })
        """

    @Test(arguments: ["t.", "t", "t:", "t.x.", "t['", "t.field.", "t(", "t.x(", "t.x:y("])
    func aHostileTableIsLeftAlone(_ typed: String) async throws {
        let prompt = try await PromptFixture(columns: 100)
        prompt.screen.paste(Self.hostile)
        try await prompt.answered { prompt.screen.press(.enter) }
        let start = prompt.screen.processorTime
        let before = prompt.screen.bytesSent
        prompt.screen.type(typed + "\t")
        // Tab completes, opens the menu or rings; what is typed then is shown.
        prompt.screen.type("\u{07}-")
        try await prompt.screen.waitForScreen("an answer") {
            $0.cursorLine.hasSuffix("-") && $0.bytesSent > before
        }
        #expect(prompt.screen.processorTime - start < .seconds(1))
        try await prompt.cancel()
        try await prompt.enter("#ran")
        try await prompt.shows(["> #ran", "0", "> ▏"])
        try await prompt.leave()
    }

    @Test func aTableOfAMillionKeysIsAnsweredInTime() async throws {
        let prompt = try await PromptFixture()
        // Few of them are texts, so that it is made in little time; all of them are in the way.
        try await prompt.enter("big = {} for i = 1, 1000000 do big[i % 10 == 0 and 'key' .. i or i + 0.5] = i end")
        for typed in ["big.", "big.key99999", "big.nothing", "bi"] {
            prompt.screen.type(typed)
            try await prompt.screen.waitForScreen(typed) { $0.textBeforeCursor == "sample> " + typed }
            let before = prompt.screen.bytesSent
            let start = prompt.screen.processorTime
            prompt.screen.press(.tab)
            try await prompt.screen.waitForScreen("an answer") { $0.bytesSent > before }
            #expect(prompt.screen.processorTime - start < .seconds(1), "\(typed)")
            prompt.screen.press(.control("g"))
            try await prompt.cancel()
        }
        try await prompt.leave()
    }

    @Test func nothingThatAUserTakesAwayIsNeeded() async throws {
        let prompt = try await PromptFixture(columns: 100)
        try await prompt.enter(
            "print=nil string=nil debug.setmetatable('', {}) debug=nil load=nil table=nil pairs=nil type=nil tostring=nil"
        )
        try await prompt.enter(
            "rawget=nil; select=nil; coroutine=nil; package=nil; getmetatable=nil; error=nil; io=nil"
        )
        try await prompt.enter("local mine = {1, two = 'b'}")
        try await prompt.enter("mine")
        try await prompt.shows(["> mine", "{ 1, two = \"b\" }", "> ▏"])
        prompt.screen.type("distribution.upd\t")
        try await prompt.showsCursorRow("> distribution.update▏")
        prompt.screen.type("(")
        try await prompt.screen.waitForScreen("distribution.update(")
        try await prompt.cancel()
        prompt.screen.type("mine.t\t")
        try await prompt.showsCursorRow("> mine.two▏")
        try await prompt.cancel()
        try await prompt.enter("nobody.member = 1")
        #expect(prompt.screen.text.contains("attempt to index a nil value (global 'nobody')"))
        try await prompt.enter(".time 1 + 1")
        try await prompt.enter("help(distribution.get)")
        #expect(prompt.screen.text.contains("Reads one distribution"))
        try await prompt.enter("for i = 7, 8 do\rlast = i\rend")
        try await prompt.enter("last")
        try await prompt.shows(["> last", "8", "> ▏"])
        try await prompt.leave()
    }

    @Test func tabAsksNoService() async throws {
        let listener = try ConnectionCounter()
        let prompt = try await PromptFixture(
            ["--url", "http://127.0.0.1:\(listener.port)", "--app-id", "x"],
            prompt: "127.0.0.1>"
        )
        for (typed, shown) in [
            ("distribution.upd", "> distribution.update▏"),
            ("distribution.get('x').gith", "> distribution.get('x').github▏"),
            ("local d = distribution.get 'x'; d.sha", "> local d = distribution.get 'x'; d.share▏"),
        ] {
            prompt.screen.type(typed + "\t")
            try await prompt.showsCursorRow(shown)
            try await prompt.cancel()
        }
        for typed in ["distribution.get '", "distribution.find(\"9", "distribution.list().", "distribution.get('x')["] {
            prompt.screen.type(typed)
            try await prompt.showsCursorRow("> \(typed)▏")
            let before = prompt.screen.bytesSent
            prompt.screen.press(.tab)
            try await prompt.screen.waitForScreen("an answer") { $0.bytesSent > before }
            prompt.screen.press(.control("g"))
            try await prompt.cancel()
        }
        try await prompt.leave()
        #expect(listener.connectionCount() == 0)
    }

    /// The count is one of real connections.
    @Test func aReadDoesAsk() async throws {
        let listener = try ConnectionCounter()
        let prompt = try await PromptFixture(
            ["--url", "http://127.0.0.1:\(listener.port)", "--app-id", "x"],
            prompt: "127.0.0.1>"
        )
        prompt.screen.type("distribution.get '\(Samples.firstID)'\r")
        var count = 0
        try await prompt.screen.waitForScreen("a connection") { _ in
            count += listener.connectionCount()
            return count > 0
        }
        try await prompt.answered { prompt.screen.press(.control("c")) }
        try await prompt.leave()
    }
}

/// Listens on a port and never answers; tells how many tried to connect.
private struct ConnectionCounter: ~Copyable {
    let port: UInt16
    private let socket: Int32

    struct NoSocket: Error {}

    init() throws {
        socket = Glibc.socket(
            AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else {
            close(descriptor)
            throw NoSocket()
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// How many have connected since it was asked last.
    func connectionCount() -> Int {
        var count = 0
        while true {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else { return count }
            close(connection)
            count += 1
        }
    }

    deinit { close(socket) }
}
