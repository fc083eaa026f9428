/// Realistic distributions made from a seed: the same seed makes the same distributions, everywhere.
///
/// Most take about 600 bytes. Some have names beyond ASCII, members that the contract does not name, or many
/// recipients. The sequence does not end; take a prefix of it.
public struct SampleGenerator: Sequence, Sendable {
    /// One distribution.
    public struct Sample: Sendable, Hashable {
        public let id: DistributionID
        /// The distribution's JSON text.
        public let body: [UInt8]
    }

    public let seed: UInt64

    public init(seed: UInt64) {
        self.seed = seed
    }

    public func makeIterator() -> Iterator {
        Iterator(random: SampleRandom(seed: seed))
    }

    public struct Iterator: IteratorProtocol, Sendable {
        fileprivate var random: SampleRandom

        public mutating func next() -> Sample? {
            let id = DistributionID.random(using: &random)
            return Sample(id: id, body: Array(SampleText.distribution(id: id, random: &random).utf8))
        }
    }
}

/// SplitMix64, for it has to make the same numbers in every release of distsh.
package struct SampleRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`. The standard library's own choice may change between releases.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// True once in `denominator` times.
    mutating func oneIn(_ denominator: Int) -> Bool {
        below(denominator) == 0
    }

    mutating func hexadecimal(digits: Int) -> String {
        String((0..<digits).map { _ in pick(Self.digits) })
    }

    private static let digits = Array("0123456789abcdef")
}

/// The texts of samples. All words are plain enough to stand in JSON without escapes.
private enum SampleText {
    private static let firstNames = [
        "Ada", "Alan", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "John", "Katherine", "Ken",
        "Margaret", "Niklaus", "Radia", "Tim",
    ]
    private static let lastNames = [
        "Allen", "Berners", "Dijkstra", "Hamilton", "Hopper", "Johnson", "Knuth", "Lamarr", "Liskov", "Lovelace",
        "McCarthy", "Perlman", "Shannon", "Thompson", "Turing", "Wirth",
    ]
    private static let wideNames = [
        "Zoë Müller", "José Núñez", "Łukasz Żak", "Søren Ångström", "Дмитрий Иванов", "Ελένη Παπαδοπούλου", "山田 太郎",
        "김민준", "محمد علي", "प्रिया शर्मा", "Nguyễn Thị Ánh", "Renée 🦀 Dupont",
    ]
    private static let subjects = [
        "release notes", "weekly digest", "incident report", "design review", "onboarding guide", "changelog",
        "benchmark results", "reading list", "meeting minutes", "security advisory",
    ]
    private static let teams = ["platform", "storage", "network", "mobile", "research", "support", "billing", "docs"]
    private static let fileTypes = ["md", "txt", "swift", "lua", "json"]
    private static let sources = ["GIT_HUB", "MAILGUN", "SLACK", "LINKED_IN", "TWITTER", "DISCORD"]
    private static let domains = ["example.com", "example.org", "example.net"]
    /// The first second of 2020 and the length of six years.
    private static let firstSecond: Int64 = 1_577_836_800
    private static let secondRange = 189_302_400

    static func distribution(id: DistributionID, random: inout SampleRandom) -> String {
        let created = firstSecond + Int64(random.below(secondRange))
        let updated = created + Int64(random.below(90 * 86_400))
        var text = "{\"id\":\"\(id)\",\"share\":\(share(created, &random))"
        text += ",\"created\":\(timestamp(created, &random)),\"updated\":\(timestamp(updated, &random))"
        if random.oneIn(4) {
            text += ",\"mailgun\":{\"recipients\":\(recipients(withMessages: true, &random))}"
        } else {
            text += ",\"github\":{\"gist\":\(gist(created, updated, &random))}"
        }
        if random.oneIn(10) { text += extraMembers(&random) }
        return text + "}"
    }

    private static func share(_ created: Int64, _ random: inout SampleRandom) -> String {
        let id = DistributionID.random(using: &random)
        let access = random.pick(["PRIVATE", "PRIVATE", "PUBLIC"])
        let link = "https://share.example.com/\(id)"
        let short = "https://ex.am/\(random.hexadecimal(digits: 7))"
        return """
            {"id":"\(id)","link":"\(link)","access":"\(access)","accessors":\(accessors(shareID: id, &random)),\
            "created":\(timestamp(created, &random)),"short":"\(short)"}
            """
    }

    private static func accessors(shareID: DistributionID, _ random: inout SampleRandom) -> String {
        guard random.oneIn(8) else { return "{\"iterable\":[]}" }
        let id = DistributionID.random(using: &random)
        let system = random.pick(["Linux", "macOS", "Windows", "iOS", "Android"])
        return """
            {"iterable":[{"id":"\(id)","os":"\(system)","share":"\(shareID)","count":\(1 + random.below(40))}]}
            """
    }

    private static func gist(_ created: Int64, _ updated: Int64, _ random: inout SampleRandom) -> String {
        let subject = random.pick(subjects)
        let team = random.pick(teams)
        let fileName = "\(team)-\(subject.split(separator: " ").joined(separator: "-")).\(random.pick(fileTypes))"
        let gistID = random.hexadecimal(digits: 32)
        return """
            {"recipients":\(recipients(withMessages: false, &random)),"public":\(random.oneIn(3)),\
            "description":"The \(subject) of team \(team)","name":"\(fileName)",\
            "created":\(timestamp(created, &random)),"updated":\(timestamp(updated, &random)),\
            "github_id":"\(gistID)","url":"https://gist.github.com/\(gistID)"}
            """
    }

    private static func recipients(withMessages: Bool, _ random: inout SampleRandom) -> String {
        let count = random.oneIn(20) ? 5 + random.below(20) : random.below(3)
        let people = (0..<count).map { _ in person(withMessage: withMessages, &random) }
        return "{\"iterable\":[\(people.joined(separator: ","))]}"
    }

    private static func person(withMessage: Bool, _ random: inout SampleRandom) -> String {
        let first = random.pick(firstNames)
        let last = random.pick(lastNames)
        let user = "\(first.lowercased()).\(last.lowercased())"
        let name = random.oneIn(12) ? random.pick(wideNames) : "\(first) \(last)"
        var text = "{\"username\":\"\(user)\",\"name\":\"\(name)\",\"email\":\"\(user)@\(random.pick(domains))\""
        if random.oneIn(2) { text += ",\"sourced\":\"\(random.pick(sources))\"" }
        if withMessage {
            let messageID = "\(random.hexadecimal(digits: 16))@mail.example.com"
            text += ",\"mailgun\":{\"message_id\":\"\(messageID)\"}"
        }
        return text + "}"
    }

    private static func timestamp(_ second: Int64, _ random: inout SampleRandom) -> String {
        let milliseconds = Int32(random.below(1000)) * 1_000_000
        return "{\"value\":\"\(DateTime(secondsSince1970: second, nanoseconds: milliseconds).rfc3339)\"}"
    }

    /// Members that the contract does not name, in the forms that a careless reader would change.
    private static func extraMembers(_ random: inout SampleRandom) -> String {
        switch random.below(4) {
        case 0: ",\"x_campaign\":{\"budget\":\(random.below(9000)).50,\"tags\":[]}"
        case 1: ",\"legacy_id\":\(9_007_199_254_740_993 + random.below(1000)),\"owner\":null"
        case 2: ",\"x_note\":\"50 \\u20ac \\/ month\",\"x_ratio\":1.0e-\(1 + random.below(9))"
        default: ",\"labels\":[\"\(random.pick(teams))\",\"\(random.pick(subjects))\"],\"x_empty\":{}"
        }
    }
}
