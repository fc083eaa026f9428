import DistributionAPI
import DistributionServer
import DistributionStore
import JSONDocument
import Testing

@Suite("The embedded store behind the API", .timeLimit(.minutes(4)))
struct StoreTests {
    @Test("A distribution's life: created, read, replaced, listed, deleted, gone")
    func life() async throws {
        let store = try DistributionStore.inMemory()
        try await withServer(store) { server in
            let seed = #"{"github":{"gist":{"name":"n"}}}"#
            let created = try await server.send("POST", "/distributions/create", body: seed)
            #expect(created.status == 200)
            let document = try JSONDocument(parsing: created.body)
            let id = try #require(document.root["id"]?.string)

            let read = try await server.send("GET", "/distribution/\(id)")
            #expect(read.body == created.body)

            let changed = "{\"unknown\" : [1.50, null]," + created.text.dropFirst()
            let replaced = try await server.send("POST", "/distribution/update", body: changed)
            #expect(replaced.status == 200)
            #expect(replaced.text.hasPrefix("{\"unknown\" : [1.50, null],"))
            let list = try await server.send("GET", "/distributions")
            #expect(list.text == #"{"iterable":["# + replaced.text + "]}")

            try await #expect(server.send("POST", "/distributions/\(id)/delete").status == 204)
            let gone = try await server.send("GET", "/distribution/\(id)")
            #expect(gone.status == 410)
            #expect(gone.text.hasPrefix("distribution.get(\(id)): "))
            try await #expect(server.send("POST", "/distributions/\(id)/delete").status == 500)
        }
    }

    @Test("Concurrent updates of one record are each answered with what they stored")
    func concurrentUpdates() async throws {
        let store = try DistributionStore.inMemory()
        try await withServer(store) { server in
            let created = try await server.send("POST", "/distributions/create", body: "{}")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let body = "{\"number\":\(number)," + created.text.dropFirst()
                        let response = try await server.send("POST", "/distribution/update", body: body)
                        #expect(response.status == 200)
                        #expect(response.text.hasPrefix("{\"number\":\(number),"))
                    }
                }
                try await group.waitForAll()
            }
            let id = try #require(try JSONDocument(parsing: created.body).root["id"]?.string)
            let last = try await server.send("GET", "/distribution/\(id)")
            let number = try JSONDocument(parsing: last.body).root["number"]?.int64
            #expect(number.map { (0..<100).contains($0) } == true)
        }
    }
}
