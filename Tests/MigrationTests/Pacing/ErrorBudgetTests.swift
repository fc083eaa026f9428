import Testing

@testable import Migration

@Suite("The budget of errors")
struct ErrorBudgetTests {
    @Test(
        arguments: [
            ("25", ErrorLimit.count(25)), ("0", .count(0)), ("1%", .fraction(0.01)), ("0.5%", .fraction(0.005)),
            ("100%", .fraction(1)), ("0%", .fraction(0)),
        ]
    )
    func reads(text: String, limit: ErrorLimit) {
        #expect(ErrorLimit(text) == limit)
    }

    @Test(
        arguments: [
            "", "%", "abc", "-1", "+1", "1.5", "-1%", "101%", "1e2%", "0x1p1%", "nan%", "inf%", "1%%", "%1", "1 %",
            " 1",
            "1..2%", "99999999999999999999",
        ]
    )
    func refuses(text: String) {
        #expect(ErrorLimit(text) == nil)
    }

    @Test(
        arguments: [
            // limit, failed, concluded, total, whether it is exceeded
            (ErrorLimit.count(2), 2, 2, 1000, false), (.count(2), 3, 3, 1000, true), (.count(0), 1, 1, 1000, true),
            (.count(0), 0, 1000, 1000, false),
            (.fraction(0.01), 99, 99, 1000, false), (.fraction(0.01), 1, 100, 1000, false),
            (.fraction(0.01), 2, 100, 1000, true), (.fraction(0.01), 10, 1000, 5000, false),
            (.fraction(0.01), 11, 1000, 5000, true),
            (.fraction(0.1), 5, 10, 20, false), (.fraction(0.1), 2, 20, 20, false), (.fraction(0.1), 3, 20, 20, true),
            (.fraction(0), 1, 100, 1000, true), (.fraction(1), 100, 100, 1000, false), (.fraction(0.1), 0, 0, 0, false),
        ] as [(ErrorLimit, Int, Int, Int, Bool)]
    )
    func judges(limit: ErrorLimit, failed: Int, concluded: Int, total: Int, isExceeded: Bool) {
        let budget = ErrorBudget(limit)
        #expect(budget.isExceeded(failed: failed, concluded: concluded, total: total) == isExceeded)
    }

    @Test(arguments: [(ErrorLimit.count(1), "1 record"), (.count(2500), "2,500 records"), (.fraction(0.005), "0.5 %")])
    func words(limit: ErrorLimit, text: String) {
        #expect("\(limit)" == text)
    }
}
