/// The program's arguments as the system gave them: bytes, which need not be UTF-8.
enum ProcessArguments {
    /// All of them; the first is the program's name.
    static var bytes: [[UInt8]] {
        let vector = CommandLine.unsafeArgv
        return (0..<Int(CommandLine.argc)).compactMap { index in
            guard let argument = vector[index] else { return nil }
            var length = 0
            while argument[length] != 0 { length += 1 }
            return (0..<length).map { UInt8(bitPattern: argument[$0]) }
        }
    }
}

extension [UInt8] {
    /// The bytes as text, repaired where they are not UTF-8.
    var text: String { String(decoding: self, as: UTF8.self) }
}

extension ProcessArguments {
    private static let secretOption = Array("--app-id".utf8)
    private static let mask = Array("***".utf8)

    /// The arguments with the value of `--app-id` masked, for scripts to see.
    static func withoutSecret(_ arguments: [[UInt8]]) -> [[UInt8]] {
        var result = arguments
        for (index, argument) in arguments.enumerated() {
            if argument == secretOption, index + 1 < arguments.count {
                result[index + 1] = mask
            } else if argument.starts(with: secretOption + [UInt8(ascii: "=")]) {
                result[index] = secretOption + [UInt8(ascii: "=")] + mask
            }
        }
        return result
    }
}
