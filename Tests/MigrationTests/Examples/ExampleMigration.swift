import DistributionAPI
import DistributionStore
import Migration

/// A migration of scripts/migrations, and the samples that it is tried on.
struct ExampleMigration {
    /// All of them.
    static let names = ["backfill", "gists-private", "merge-recipients", "rename-member", "repoint-share-links"]
    static let sampleCount = 1000
    static let samples = Array(SampleGenerator(seed: 7).prefix(sampleCount))
    private static let bodies = Dictionary(uniqueKeysWithValues: samples.map { ($0.id, $0.body) })

    let file: MigrationFile

    init(_ name: String) throws {
        let text = try TextFile.read("\(Self.folder)/\(name).lua")
        file = try MigrationFile(text: text, name: "\(name).lua", folder: Self.folder)
    }

    static let folder: String = {
        let repository = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(repository)/scripts/migrations"
    }()

    /// The records of its input that there are, in order, with their bodies; how many there are not.
    func records() throws -> (found: [(item: WorkItem, body: [UInt8])], goneCount: Int) {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords(Self.samples.map(\.body))
        var input = try file.openInput(over: store)
        var found: [(WorkItem, [UInt8])] = []
        var itemCount = 0
        while let item = try input.next() {
            itemCount += 1
            guard let body = Self.bodies[item.id] else { continue }
            found.append((WorkItem(sequence: Int64(itemCount), id: item.id, input: item.input), body))
        }
        return (found, itemCount - found.count)
    }

    /// What it does to each record of its input.
    func run() throws -> [(item: WorkItem, body: [UInt8], answer: TransformAnswer)] {
        let transform = try LuaTransform(file)
        return try records().found.map { ($0.item, $0.body, transform.apply(to: $0.body, of: $0.item)) }
    }
}
