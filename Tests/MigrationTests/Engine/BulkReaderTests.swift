import DistributionAPI
import Testing

@testable import Migration

@Suite("Reading many records")
struct BulkReaderTests {
    /// What was read, in simulated time, of a service that answers as a test says.
    private final class Reading {
        let world: EngineWorld
        let service: AnsweringService
        private(set) var answers: [Int: BulkReader.Answer] = [:]
        private(set) var end: Result<Void, any Error>?
        private(set) var endedAt = Duration.zero
        private var reader: BulkReader?

        /// - Parameter answer: told the number of the record, from 1, and the time since the start.
        init(
            recordCount: Int,
            requestTimeout: Duration? = nil,
            _ answer:
                @escaping (Int, Duration) -> (delay: Duration, result: Result<DistributionReply, DistributionError>)
        ) throws {
            world = try EngineWorld(recordCount: recordCount)
            let time = world.time
            var numbers: [DistributionID: Int] = [:]
            for number in 1...recordCount { numbers[JournalFixture.id(number)] = number }
            service = AnsweringService(time: time) { operation in
                guard case .get(let id) = operation, let number = numbers[id] else { return (.zero, .success(.done)) }
                return answer(number, time.now)
            }
            var next = 0
            reader = BulkReader(
                service: service,
                environment: world.environment(),
                maxConcurrency: 16,
                recordsPerSecond: nil,
                requestTimeout: requestTimeout,
                next: {
                    next += 1
                    guard next <= recordCount else { return nil }
                    return WorkItem(sequence: Int64(next), id: JournalFixture.id(next), input: nil)
                },
                handle: { self.answers[Int($0.sequence)] = $1 },
                onEnd: {
                    self.end = $0
                    self.endedAt = time.now
                }
            )
            reader?.start()
            _ = time.run(for: .seconds(3600)) { self.end != nil }
        }

        var error: BulkReadError? {
            guard case .failure(let error) = end else { return nil }
            return error as? BulkReadError
        }

        var failedCount: Int {
            answers.values.count { if case .failed = $0 { true } else { false } }
        }
    }

    private static let refused = DistributionError(.network, "connection refused", retryable: true, connectFailed: true)
    private static let unauthorized = DistributionError(.unauthorized, "no application id", status: 403)
    private static let broken = DistributionError(.server, "oops", status: 500, retryable: true)

    private static func found(_ number: Int) -> Result<DistributionReply, DistributionError> {
        .success(.document(EngineWorld.record(JournalFixture.id(number))))
    }

    @Test("every record is handed over once, with what is the matter with it")
    func everyRecord() throws {
        let reading = try Reading(recordCount: 500) { number, _ in
            let delay = Duration.milliseconds(1 + number % 7)
            return switch number % 100 {
            case 1: (delay, .failure(DistributionError(.notFound, "gone", status: 410)))
            case 2: (delay, .failure(DistributionError(.invalid, "bad", status: 400)))
            case 3: (delay, .failure(Self.broken))
            case 4: (delay, Self.found(number + 1))
            default: (delay, Self.found(number))
            }
        }
        #expect(reading.error == nil)
        #expect(reading.answers.count == 500)
        #expect(reading.answers[101] == .gone)
        #expect(reading.answers[102] == .failed(.rejected, "bad"))
        #expect(reading.answers[103] == .failed(.server, "oops"))
        #expect(reading.answers[104] == .failed(RecordIdentity.failure.failure, RecordIdentity.failure.message))
        #expect(reading.answers[105] == .body(EngineWorld.record(JournalFixture.id(105))))
    }

    @Test("a service that was never there ends the reading at once")
    func neverThere() throws {
        let reading = try Reading(recordCount: 500) { _, _ in (.milliseconds(1), .failure(Self.refused)) }
        #expect(reading.error?.service?.code == .network)
        #expect(reading.answers.isEmpty)
        #expect(reading.endedAt < .seconds(1))
    }

    @Test("a service that is away for a while costs no record", arguments: [1, 5, 45])
    func away(seconds: Int) throws {
        let reading = try Reading(recordCount: 2000) { number, now in
            let isAway = now > .milliseconds(100) && now < .milliseconds(100) + .seconds(seconds)
            return (.milliseconds(2), isAway ? .failure(Self.refused) : Self.found(number))
        }
        #expect(reading.error == nil)
        #expect(reading.answers.count == 2000)
        #expect(reading.failedCount == 0)
    }

    @Test("a service that stays away ends the reading, in so many words")
    func staysAway() throws {
        let reading = try Reading(recordCount: 2000) { number, now in
            (.milliseconds(2), now > .milliseconds(100) ? .failure(Self.refused) : Self.found(number))
        }
        let error = try #require(reading.error)
        #expect(error.message.contains("has not answered for 1m0"), "\(error)")
        #expect(error.message.contains("connection refused"), "\(error)")
        #expect(reading.failedCount == 0)
        #expect(reading.endedAt < BulkReader.outageTimeout + .seconds(25))
    }

    @Test("a record that the way breaks on is told, also as the last", arguments: [7, 60])
    func oneRecord(number broken: Int) throws {
        let reading = try Reading(recordCount: 60) { number, _ in
            (.milliseconds(2), number == broken ? .failure(Self.refused) : Self.found(number))
        }
        #expect(reading.error == nil)
        #expect(reading.answers[broken] == .failed(.network, "connection refused"))
        #expect(reading.answers.count == 60)
    }

    @Test("records on which the way breaks every time do not pass for an outage, however many they are")
    func severalRecords() throws {
        let late = DistributionError(.timeout, "no answer", retryable: true)
        let reading = try Reading(recordCount: 200) { number, _ in
            number % 50 == 0 ? (.seconds(10), .failure(late)) : (.milliseconds(2), Self.found(number))
        }
        #expect(reading.error == nil)
        #expect(reading.failedCount == 4)
        #expect(reading.answers.count == 200)
    }

    @Test("while the service is away hardly more records are begun than were under way")
    func bounded() throws {
        var asked: Set<Int> = []
        let reading = try Reading(recordCount: 5000) { number, now in
            if now > .milliseconds(100) { asked.insert(number) }
            return now > .milliseconds(100)
                ? (.microseconds(50), .failure(Self.refused)) : (.milliseconds(2), Self.found(number))
        }
        #expect(reading.error != nil)
        #expect(asked.count < 40)
    }

    @Test("a service that refuses every request is not asked further")
    func refusesAll() throws {
        var count = 0
        let reading = try Reading(recordCount: 500) { _, _ in
            count += 1
            return (.milliseconds(1), .failure(DistributionError(.unauthorized, "no application id", status: 401)))
        }
        #expect(reading.error?.service?.code == .unauthorized)
        #expect(count < 20)
    }

    @Test("a record that is refused while others are given is told", arguments: [7, 60])
    func refusesOne(number refused: Int) throws {
        let reading = try Reading(recordCount: 60) { number, _ in
            (.milliseconds(2), number == refused ? .failure(Self.unauthorized) : Self.found(number))
        }
        #expect(reading.error == nil)
        #expect(reading.failedCount == 1)
        guard case .failed(.rejected, let words) = reading.answers[refused] else {
            Issue.record("\(String(describing: reading.answers[refused]))")
            return
        }
        #expect(words.contains("refused this record"))
        #expect(reading.answers.count == 60)
    }

    @Test("a service that begins to refuse every request ends the reading")
    func refusesFromNowOn() throws {
        let reading = try Reading(recordCount: 500) { number, now in
            (.milliseconds(2), now < .milliseconds(100) ? Self.found(number) : .failure(Self.unauthorized))
        }
        #expect(reading.error?.service?.code == .unauthorized)
        #expect(reading.failedCount == 0)
    }

    @Test("each request has the timeout that was asked for", arguments: [nil, Duration.seconds(3)])
    func timeouts(requestTimeout: Duration?) throws {
        // The second is tried again, and has another record read.
        let reading = try Reading(recordCount: 2, requestTimeout: requestTimeout) { number, _ in
            number == 2 ? (.milliseconds(1), .failure(Self.refused)) : (.milliseconds(1), Self.found(number))
        }
        #expect(reading.failedCount == 1)
        #expect(reading.service.timeouts == [requestTimeout ?? EngineLimits.requestTimeout])
    }

    @Test("records that wait to be tried again are not joined by more and more others")
    func boundedWaiting() throws {
        var asked: Set<Int> = []
        let busy = DistributionError(.unavailable, "later", status: 429, retryable: true)
        let reading = try Reading(recordCount: 5000) { number, now in
            guard now < .seconds(5) else { return (.milliseconds(1), Self.found(number)) }
            asked.insert(number)
            return (.microseconds(100), .failure(busy))
        }
        #expect(asked.count == EngineLimits.maxActiveRecords)
        #expect(reading.answers.count == 5000)
    }

    @Test("a service that asks to be left alone is")
    func throttled() throws {
        var askedAt: [Duration] = []
        let reading = try Reading(recordCount: 100) { number, now in
            askedAt.append(now)
            guard now < .seconds(1) else { return (.milliseconds(2), Self.found(number)) }
            let error = DistributionError(.unavailable, "later", status: 429, retryable: true, retryAfter: .seconds(30))
            return (.milliseconds(2), .failure(error))
        }
        #expect(reading.answers.count == 100)
        #expect(reading.failedCount == 0)
        #expect(askedAt.allSatisfy { $0 < .seconds(1) || $0 >= .seconds(30) })
    }
}
