import DistributionAPI
import JSONDocument

@testable import Migration

/// Plans for tests.
enum PlanFixtures {
    static func id(_ number: Int) -> DistributionID {
        DistributionID(high: 0x7f1c_2c1e_0000_4000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    static func source(inputCount: Int, duplicateCount: Int = 0) -> Plan.Source {
        Plan.Source(
            migration: "gists-private",
            scriptSHA: String(repeating: "a1", count: 32),
            target: "http://localhost:1000",
            inputSHA: String(repeating: "b2", count: 32),
            inputCount: inputCount,
            duplicateCount: duplicateCount,
            engineVersion: "1.2.3",
            createdAt: DateTime(secondsSince1970: 1_795_000_000)
        )
    }

    static func record(public isPublic: Bool) -> [UInt8] {
        Array(#"{"github":{"gist":{"public":\#(isPublic),"name":"notes.md"}}}"#.utf8)
    }

    /// 412 changed, 500 left out, 80 unchanged, 8 refused, as the reader of a plan would see them.
    static func gists() -> PlanBuilder {
        var builder = PlanBuilder()
        for number in 0..<1000 {
            let answer: TransformAnswer =
                switch number {
                case 0..<412: .changed(record(public: false))
                case 412..<912: .excluded
                case 912..<992: .unchanged
                default: .refused(.script, "attempt to index a nil value (field 'gist') (gists-private.lua:5)")
                }
            builder.add(id: id(number), before: record(public: true), answer: answer)
        }
        return builder
    }
}
