import Foundation

/// `openssl s_server` with a certificate of its own for `localhost`, made anew for each test.
///
/// It answers each request with the file at the request's path, which holds a whole HTTP answer.
public struct TLSServer {
    public let port: Int
    /// The certificate, which is its own authority.
    public let certificateFile: String

    struct Problem: Error {
        var message: String
    }

    /// The address by the name that the certificate is for.
    public var url: String { "https://localhost:\(port)" }

    /// Runs `body` with a server that is stopped afterwards.
    ///
    /// - Parameter answers: the whole HTTP answer for each path, which begins with a slash.
    public static func with<Outcome>(
        answers: [String: String],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TLSServer) async throws -> Outcome
    ) async throws -> Outcome {
        let directory = FileManager.default.temporaryDirectory.appending(path: "distsh-tls-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        for (path, answer) in answers {
            let file = directory.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(answer.utf8).write(to: file)
        }
        let subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "k.pem"]
        let request = ["req", "-x509", "-out", "c.pem", "-days", "2"] + key + subject
        let (maker, made) = try start(request, in: directory, output: FileHandle.nullDevice)
        for await _ in made {}
        guard maker.terminationStatus == 0 else { throw Problem(message: "openssl req failed") }
        let serve = ["s_server", "-accept", "127.0.0.1:0", "-key", "k.pem", "-cert", "c.pem", "-HTTP"]
        let output = Pipe()
        let (server, ended) = try start(serve, in: directory, output: output)
        let result: Result<Outcome, any Error>
        do {
            let port = try await readPort(output.fileHandleForReading)
            let file = directory.appending(path: "c.pem").path()
            result = .success(try await body(TLSServer(port: port, certificateFile: file)))
        } catch {
            result = .failure(error)
        }
        kill(server.processIdentifier, SIGKILL)
        for await _ in ended {}
        return try result.get()
    }

    /// Starts `openssl`.
    ///
    /// - Returns: the process, and a stream that finishes when it ends.
    private static func start(
        _ arguments: [String],
        in directory: URL,
        output: Any
    ) throws -> (process: Process, ended: AsyncStream<Void>) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.currentDirectoryURL = directory
        process.arguments = ["openssl"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
        return (process, ended)
    }

    /// Reads lines until `ACCEPT 127.0.0.1:port`.
    private static func readPort(_ handle: FileHandle) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            // The read blocks, so it must not be on a thread of the concurrency pool.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try blockingReadPort(handle) })
            }
        }
    }

    private static func blockingReadPort(_ handle: FileHandle) throws -> Int {
        var text = ""
        while let byte = try handle.read(upToCount: 1), !byte.isEmpty {
            guard byte != Data([0x0A]) else {
                if text.hasPrefix("ACCEPT"), let port = text.split(separator: ":").last.flatMap({ Int($0) }) {
                    return port
                }
                text = ""
                continue
            }
            text += String(decoding: byte, as: UTF8.self)
        }
        throw Problem(message: "openssl s_server did not start")
    }
}
