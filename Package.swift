// swift-tools-version:6.2
import PackageDescription

let sharedSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "distsh",
    products: [
        .executable(name: "distsh", targets: ["distsh"]),
        .library(name: "DistributionClient", targets: ["DistributionClient", "DistributionAPI"]),
        .library(name: "Scripting", targets: ["Scripting", "LuaRuntime", "DistributionAPI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
        .target(
            name: "CLuaBridge",
            dependencies: ["CLua"],
            cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]
        ),
        .target(name: "LuaRuntime", dependencies: ["CLua", "CLuaBridge", "JSONDocument"]),
        .target(name: "JSONDocument"),
        .target(name: "DistributionAPI", dependencies: ["JSONDocument"]),
        .target(
            name: "DistributionClient",
            dependencies: [
                "DistributionAPI", "JSONDocument",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "SQLiteStorage",
            dependencies: [
                "DistributionAPI",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .target(
            name: "DistributionStore",
            dependencies: [
                "DistributionAPI", "JSONDocument", "SQLiteStorage",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .target(
            name: "DistributionServer",
            dependencies: [
                "DistributionAPI", "JSONDocument",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .target(
            name: "Scripting",
            dependencies: [
                "LuaRuntime", "CLuaBridge", "DistributionAPI", "JSONDocument",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .target(name: "LineEditor"),
        .target(name: "LuaSyntax"),
        .target(
            name: "REPL",
            dependencies: ["LineEditor", "LuaSyntax", "LuaRuntime", "Scripting", "DistributionAPI", "JSONDocument"]
        ),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .target(
            name: "Migration",
            dependencies: [
                "CLZ4", "LuaRuntime", "DistributionAPI", "JSONDocument", "SQLiteStorage",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "DequeModule", package: "swift-collections"),
            ]
        ),
        .executableTarget(
            name: "distsh",
            dependencies: [
                "Migration", "REPL", "Scripting", "LuaRuntime", "JSONDocument",
                "DistributionAPI", "DistributionClient", "DistributionStore", "DistributionServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "DistributionAPI", "JSONDocument",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "JSONDocumentTests", dependencies: ["JSONDocument"]),
        .testTarget(name: "DistributionAPITests", dependencies: ["DistributionAPI", "JSONDocument", "TestSupport"]),
        .testTarget(
            name: "DistributionClientTests",
            dependencies: [
                "DistributionClient", "DistributionAPI", "JSONDocument", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "DistributionStoreTests",
            dependencies: ["DistributionStore", "SQLiteStorage", "DistributionAPI", "JSONDocument", "TestSupport"]
        ),
        .testTarget(
            name: "DistributionServerTests",
            dependencies: [
                "DistributionServer", "DistributionStore", "DistributionClient", "DistributionAPI", "JSONDocument",
                "TestSupport",
            ]
        ),
        .testTarget(name: "LuaRuntimeTests", dependencies: ["LuaRuntime", "CLuaBridge", "CLua", "JSONDocument"]),
        .testTarget(
            name: "ScriptingTests",
            dependencies: [
                "Scripting", "LuaRuntime", "DistributionAPI", "DistributionStore", "DistributionClient", "JSONDocument",
                "TestSupport",
            ]
        ),
        .testTarget(name: "LineEditorTests", dependencies: ["LineEditor", "TestSupport"]),
        .testTarget(name: "LuaSyntaxTests", dependencies: ["LuaSyntax", "TestSupport"]),
        .testTarget(
            name: "REPLTests",
            dependencies: [
                "REPL", "LineEditor", "LuaSyntax", "LuaRuntime", "Scripting", "DistributionAPI", "JSONDocument",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "MigrationTests",
            dependencies: [
                "Migration", "LuaRuntime", "DistributionAPI", "DistributionClient", "DistributionStore",
                "DistributionServer", "JSONDocument", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["distsh", "TestSupport", "DistributionAPI", "JSONDocument"]
        ),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = sharedSettings
}
