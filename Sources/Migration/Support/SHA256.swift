/// The hash SHA-256 (FIPS 180-4) of bytes that come in pieces.
///
/// It names scripts, plans and inputs, and keeps no secrets. It is our own because the package with all of cryptography
/// would add a minute and a half to every build, for three hashes a run.
struct SHA256: Sendable {
    /// The length of a hash.
    static let digestBytes = 32
    private static let blockBytes = 64
    /// The last block ends with the message's length in bits, in so many bytes.
    private static let lengthBytes = 8

    private var state = initialState
    /// The end of the message so far that does not fill a block.
    private var pending: [UInt8] = []
    private var byteCount: UInt64 = 0

    /// The hash of all of `bytes`.
    static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The hexadecimal digits, in lower case, of `bytes` as they are: of what `finish` or `digest` returned. It does
    /// not hash them.
    static func hexadecimal(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Adds bytes to the message.
    mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes to the message.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let missing = rest.prefix(Self.blockBytes - pending.count)
            pending.append(contentsOf: missing)
            rest = rest.dropFirst(missing.count)
            guard pending.count == Self.blockBytes else { return }
            pending.withUnsafeBytes { Self.absorb(blocks: $0, into: &state) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.prefix(rest.count - rest.count % Self.blockBytes)
        Self.absorb(blocks: UnsafeRawBufferPointer(rebasing: whole), into: &state)
        pending.append(contentsOf: rest.dropFirst(whole.count))
    }

    /// The hash of the message so far; more may be added afterwards.
    func finish() -> [UInt8] {
        var ending = pending
        ending.append(0x80)
        while (ending.count + Self.lengthBytes) % Self.blockBytes != 0 { ending.append(0) }
        let bitCount = byteCount &* 8
        ending.append(contentsOf: withUnsafeBytes(of: bitCount.bigEndian) { Array($0) })
        var last = state
        ending.withUnsafeBytes { Self.absorb(blocks: $0, into: &last) }
        return last.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    private static func absorb(blocks: UnsafeRawBufferPointer, into state: inout [UInt32]) {
        state.withUnsafeMutableBufferPointer { state in
            roundConstants.withUnsafeBufferPointer { constants in
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: roundConstants.count) { schedule in
                    for start in stride(from: 0, to: blocks.count, by: blockBytes) {
                        fill(schedule, from: blocks, at: start)
                        mix(schedule, constants, into: state)
                    }
                }
            }
        }
    }

    /// Section 6.2.2, step 1: the message schedule of one block.
    @inline(__always)
    private static func fill(
        _ schedule: UnsafeMutableBufferPointer<UInt32>,
        from blocks: UnsafeRawBufferPointer,
        at start: Int
    ) {
        for index in 0..<16 {
            schedule[index] = UInt32(
                bigEndian: blocks.loadUnaligned(fromByteOffset: start &+ index &* 4, as: UInt32.self)
            )
        }
        for index in 16..<64 {
            let early = schedule[index &- 15]
            let late = schedule[index &- 2]
            let earlySum = rotated(early, 7) ^ rotated(early, 18) ^ (early >> 3)
            let lateSum = rotated(late, 17) ^ rotated(late, 19) ^ (late >> 10)
            schedule[index] = schedule[index &- 16] &+ earlySum &+ schedule[index &- 7] &+ lateSum
        }
    }

    /// Section 6.2.2, steps 2 to 4: the 64 rounds. The names are the standard's.
    @inline(__always)
    private static func mix(
        _ schedule: UnsafeMutableBufferPointer<UInt32>,
        _ constants: UnsafeBufferPointer<UInt32>,
        into state: UnsafeMutableBufferPointer<UInt32>
    ) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let first =
                h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[index] &+ schedule[index]
            let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ second)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ bitCount: UInt32) -> UInt32 {
        (word &>> bitCount) | (word &<< (32 &- bitCount))
    }

    /// Section 5.3.3: the fractional parts of the square roots of the first 8 primes.
    private static let initialState: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    /// Section 4.2.2: the fractional parts of the cube roots of the first 64 primes.
    private static let roundConstants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
