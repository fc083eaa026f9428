import DistributionAPI
import Synchronization
import Testing

@testable import Migration

@Suite("The simulated journal dies and fails as it is told")
struct SimulatedJournalTests {
    private final class Told: Sendable {
        private let results = Mutex<[Result<[EntryResult], JournalError>]>([])

        var all: [Result<[EntryResult], JournalError>] { results.withLock { $0 } }

        func add(_ result: Result<[EntryResult], JournalError>) {
            results.withLock { $0.append(result) }
        }
    }

    /// Work that waits until the test wants it done.
    private final class Later {
        private var work: [() -> Void] = []

        func add(_ work: @escaping () -> Void) { self.work.append(work) }

        func run() {
            while !work.isEmpty { work.removeFirst()() }
        }
    }

    private func tell(_ told: Told) -> @Sendable (Result<[EntryResult], JournalError>) -> Void {
        { told.add($0) }
    }

    private func shape(_ number: Int) -> [JournalEntry] { [.shape(number: number, signature: "\(number)")] }

    /// A journal with an open run, and what is appended to it.
    private func make(_ later: Later) throws -> (journal: SimulatedJournal, run: RunID, session: any RunSession) {
        let clock = ManualClock()
        let journal = SimulatedJournal(clock: { clock.now }, schedule: { later.add($0) })
        let run = try JournalFixture(journal: journal, clock: clock).makeRun(1)
        return (journal, run, try journal.open(run: run, worker: "w"))
    }

    @Test("An append is committed and told later, in order")
    func delays() throws {
        let later = Later()
        let (journal, run, session) = try make(later)
        let told = Told()
        for number in 1...3 { session.append(shape(number), completion: tell(told)) }
        #expect(try journal.shapes(run: run).isEmpty)
        #expect(told.all.isEmpty)
        later.run()
        #expect(try journal.shapes(run: run).map(\.number) == [1, 2, 3])
        #expect(told.all == Array(repeating: .success([.written]), count: 3))
    }

    @Test("Death before a write leaves nothing of it, death after it leaves it all; nobody is told")
    func dies() throws {
        let cases: [(SimulatedJournal.Fault, [Int])] = [(.dieBefore(write: 2), [1]), (.dieAfter(write: 2), [1, 2])]
        for (fault, expected) in cases {
            let later = Later()
            let (journal, run, session) = try make(later)
            let told = Told()
            journal.fault = fault
            for number in 1...3 { session.append(shape(number), completion: tell(told)) }
            later.run()
            #expect(journal.isDead)
            #expect(told.all.count < 2)
            #expect(journalError { try journal.run(run) }?.code == .closed)
            let next = journal.reborn()
            #expect(try next.shapes(run: run).map(\.number) == expected)
            #expect(try next.holder(of: run) == nil)
            try next.open(run: run, worker: "next").close()
        }
    }

    @Test("A failure leaves nothing of its write, and is told")
    func fails() throws {
        let later = Later()
        let (journal, run, session) = try make(later)
        let told = Told()
        let full = JournalError(.full, "the disk is full")
        journal.fault = .fail(write: 2, full)
        for number in 1...3 { session.append(shape(number), completion: tell(told)) }
        later.run()
        #expect(try journal.shapes(run: run).map(\.number) == [1, 3])
        #expect(told.all == [.success([.written]), .failure(full), .success([.written])])
        journal.fault = .fail(write: 1, full)
        #expect(journalError { try session.claimChunk(parked: false) }?.code == .full)
        #expect(try session.claimChunk(parked: false)?.fence == 1)
    }

    @Test("A process that lives beside another does not get its run")
    func excludes() throws {
        let (journal, run, session) = try make(Later())
        let other = journal.beside()
        #expect(journalError { try other.open(run: run, worker: "other") }?.code == .busy)
        session.close()
        try other.open(run: run, worker: "other").close()
    }
}
