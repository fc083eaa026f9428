import Testing

@testable import DistributionClient

@Suite("Looking for an answer before sleeping")
struct WakefulWaitTests {
    /// How many waits are slept through until the next one looks.
    private func skipped(_ wait: inout WakefulWait) -> Int {
        var count = 0
        while !wait.begin() { count += 1 }
        return count
    }

    @Test func `goes on while answers are found`() {
        var wait = WakefulWait()
        for _ in 0..<100 {
            #expect(skipped(&wait) == 0)
            wait.ended(foundAnswer: true)
        }
    }

    @Test func `is given up for longer and longer while they are not`() {
        var wait = WakefulWait()
        var skips: [Int] = []
        for _ in 0..<9 {
            skips.append(skipped(&wait))
            wait.ended(foundAnswer: false)
        }
        #expect(skips == [0, 64, 128, 256, 512, 1024, 2048, 4096, 4096])
        #expect(skips.last == WakefulWait.maxSkippedWaits)
    }

    @Test func `starts anew after an answer that was found`() {
        var wait = WakefulWait()
        for foundAnswer in [false, false, true, false] {
            _ = skipped(&wait)
            wait.ended(foundAnswer: foundAnswer)
        }
        #expect(skipped(&wait) == 64)
    }
}
