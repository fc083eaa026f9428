// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "ClientExample",
    dependencies: [.package(name: "distsh", path: "../..")],
    targets: [
        .executableTarget(
            name: "ClientExample",
            dependencies: [.product(name: "DistributionClient", package: "distsh")]
        )
    ]
)
