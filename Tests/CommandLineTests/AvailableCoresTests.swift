import Testing

@testable import distsh

@Suite("Available cores")
struct AvailableCoresTests {
    @Test(arguments: [
        ("Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed:\tff,ffffffff\n", 40),
        ("Cpus_allowed:\t00000000,00000001\n", 1), ("Cpus_allowed:\t0\n", nil), ("Name:\tx\n", nil), ("", nil),
    ])
    func `a mask counts its bits`(status: String, count: Int?) {
        #expect(AvailableCores.affinityCount(status: status) == count)
    }

    @Test func `this process has at least one`() {
        #expect(AvailableCores.count >= 1)
    }
}
