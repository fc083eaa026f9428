// swift-tools-version:6.2
import PackageDescription

// Programs that use distsh's libraries as any other package would.
let package = Package(
    name: "Examples",
    dependencies: [.package(name: "distsh", path: "..")],
    targets: [
        .executableTarget(name: "Embedding", dependencies: [.product(name: "Scripting", package: "distsh")]),
        .executableTarget(name: "Client", dependencies: [.product(name: "DistributionClient", package: "distsh")]),
    ]
)
