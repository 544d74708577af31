// swift-tools-version: 6.3
import PackageDescription

// What each target may import is the architecture: every arrow points down (see ARCHITECTURE.md).
let package = Package(
    name: "ordeal",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Clusters", targets: ["Clusters"]),
        .library(name: "Consistency", targets: ["Consistency"]),
        .library(name: "Determinism", targets: ["Determinism"]),
        .library(name: "Faults", targets: ["Faults"]),
        .library(name: "Histories", targets: ["Histories"]),
        .library(name: "Quantities", targets: ["Quantities"]),
        .library(name: "Replication", targets: ["Replication"]),
        .library(name: "RESP", targets: ["RESP"]),
        .library(name: "Statistics", targets: ["Statistics"]),
        .library(name: "Storage", targets: ["Storage"]),
        .library(name: "Topology", targets: ["Topology"]),
        .library(name: "Workloads", targets: ["Workloads"]),
        .library(name: "CJemalloc", targets: ["CJemalloc"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
    ],
    targets: [
        // Pure, base.
        .target(name: "Quantities"),
        .target(name: "Determinism", dependencies: ["Quantities"]),
        .target(name: "Topology"),
        .target(name: "Histories"),
        .target(name: "Statistics", dependencies: ["Quantities", .histogram]),
        .target(name: "RESP", dependencies: [.nioCore]),

        // Pure, middle.
        .target(name: "Replication", dependencies: ["Topology", "CProcessor"]),
        .target(name: "Coordination", dependencies: ["Topology"]),
        .target(name: "Storage", dependencies: ["Replication", "Topology", "CProcessor"]),
        .target(name: "Workloads", dependencies: ["Determinism", "Histories", "Quantities"]),
        .target(name: "Faults", dependencies: ["Determinism", "Topology"]),
        .target(name: "Consistency", dependencies: ["Histories"]),

        // Pure, upper.
        .target(name: "Report", dependencies: ["Consistency", "Histories", "Statistics"]),

        .target(
            name: "Simulation",
            dependencies: [
                "Consistency", "Coordination", "Determinism", "Faults", "Histories", "Replication",
                "Storage", "Topology", "Workloads",
            ]
        ),

        // Effectful.
        .target(name: "Sockets", dependencies: ["CSystemCalls"]),
        .target(
            name: "StoreNode",
            dependencies: [
                "Coordination", "Replication", "RESP", "Sockets", "Storage", "Topology",
                "CJemalloc", "CSystemCalls",
                .nioCore, .nioPosix, .logging,
            ]
        ),
        .target(
            name: "LoadGeneration",
            dependencies: [
                "Determinism", "Histories", "RESP", "Sockets", "Statistics", "Topology",
                "Workloads", "CProcessor", "CSystemCalls", .nioCore, .nioPosix,
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]
        ),
        .target(
            name: "Clusters",
            dependencies: [
                "Faults", "RESP", "Topology", "CSystemCalls", .nioCore, .nioPosix,
            ]
        ),
        .target(
            name: "Experiments",
            dependencies: [
                "Clusters", "Consistency", "Determinism", "Faults", "Histories",
                "LoadGeneration", "Quantities", "Report", "Simulation", "Statistics", "Storage",
                "Topology", "Workloads",
                "CSystemCalls", .product(name: "Yams", package: "Yams"),
            ]
        ),

        .target(
            name: "KeelCommands",
            dependencies: [
                "Coordination", "Replication", "Storage", "StoreNode", "Topology", .argumentParser,
            ]
        ),

        // C: what Swift cannot reach, and nothing more.
        .target(name: "CSystemCalls"),
        .target(name: "CProcessor"),
        .systemLibrary(
            name: "CJemalloc",
            pkgConfig: "jemalloc",
            providers: [.apt(["libjemalloc-dev"])]
        ),

        // Executables parse, call one function and exit.
        .executableTarget(
            name: "keel",
            dependencies: ["KeelCommands"],
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib", "-Xlinker", "-l_FoundationCShims", "-Xlinker",
                    "-l_FoundationCollections",
                    "-Xlinker", "-lswiftSynchronization",
                ])
            ]
        ),
        .executableTarget(
            name: "ordeal",
            dependencies: ["Consistency", "Experiments", "Quantities", .argumentParser]
        ),
        // Linked whole: it is started for every process of a cluster, and a Swift runtime that it
        // does not use would be loaded each time.
        .executableTarget(
            name: "ordeal-launcher",
            linkerSettings: [.unsafeFlags(["-static-executable", "-use-ld=lld"])]
        ),
        // What tests of fabrics and processes run in a store's place.
        .executableTarget(name: "stand-in", path: "Tests/StandIn"),
        // A store that loses what it acknowledged: every judge of runs must say so.
        .executableTarget(
            name: "keel-hasty",
            dependencies: ["KeelCommands", "Replication", "Topology"],
            path: "Tests/HastyKeel"
        ),
        // Stores that are broken on purpose, each in its own way: the simulator must find every one.
        .executableTarget(
            name: "flawed-stores",
            dependencies: [
                "Experiments", "Replication", "Simulation", "Storage", "Topology", .argumentParser,
            ],
            path: "Tests/FlawedStores"
        ),
    ]
)

extension Target.Dependency {
    static let nioCore = Self.product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = Self.product(name: "NIOPosix", package: "swift-nio")
    static let logging = Self.product(name: "Logging", package: "swift-log")
    static let argumentParser = Self.product(
        name: "ArgumentParser",
        package: "swift-argument-parser"
    )
    static let histogram = Self.product(name: "Histogram", package: "hdrhistogram-swift")
}

// One test target a target, named after it; `ArchitectureTests` and the suites of whole processes
// stand beside them.
let testTargets: [(name: String, dependencies: [Target.Dependency])] = [
    ("QuantitiesTests", ["Quantities"]),
    ("DeterminismTests", ["Determinism"]),
    ("TopologyTests", ["Topology"]),
    ("HistoriesTests", ["Histories"]),
    ("StatisticsTests", ["Statistics"]),
    ("RESPTests", ["RESP", .nioCore]),
    ("ReplicationTests", ["Coordination", "Determinism", "Replication", "Topology"]),
    ("CoordinationTests", ["Coordination", "Topology"]),
    ("StorageTests", ["Storage", "Determinism", "Replication", "Topology"]),
    ("WorkloadsTests", ["Workloads", "Determinism", "Histories", "Quantities", "Statistics"]),
    ("FaultsTests", ["Faults", "Determinism", "Topology"]),
    ("ConsistencyTests", ["Consistency", "Histories"]),
    (
        "SimulationTests",
        [
            "Simulation", "Coordination", "Determinism", "Faults", "Replication", "Storage",
            "Topology",
        ]
    ),
    ("SocketsTests", ["Sockets"]),
    ("ReportTests", ["Report", "Consistency", "Histories", "Statistics"]),
    (
        "StoreNodeTests",
        [
            "StoreNode", "Coordination", "Replication", "RESP", "Sockets", "Storage", "Topology",
            .nioCore, .nioPosix,
        ]
    ),
    (
        "LoadGenerationTests",
        [
            "LoadGeneration", "Determinism", "Histories", "RESP", "Sockets", "Statistics",
            "Topology", "Workloads", "CJemalloc", .nioCore, .nioPosix,
        ]
    ),
    (
        "ClustersTests",
        [
            "CSystemCalls", "Clusters", "Faults", "Topology", "RESP", "ordeal-launcher", "stand-in",
        ]
    ),
    (
        "ExperimentsTests",
        [
            "Experiments", "Clusters", "Consistency", "Faults", "Histories", "LoadGeneration",
            "Report", "Statistics", "Topology",
        ]
    ),
    ("EndToEndTests", ["Clusters", "Consistency", "Report"]),
    (
        "ArchitectureTests",
        [
            "Clusters", "Consistency", "Coordination", "Determinism", "Faults", "Histories",
            "Replication", "Report", "Topology", "Workloads",
        ]
    ),
]
for test in testTargets {
    package.targets.append(
        .testTarget(
            name: test.name,
            dependencies: test.dependencies,
            exclude: test.name == "ReplicationTests" ? ["Transcripts"] : []
        )
    )
}

// One list for every Swift target. Warnings become errors in the flags CI passes, not here, so that
// a newer compiler's new warning does not stop a user from building.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    // Generic code is specialised across targets, so nothing has to be `@inlinable`.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]
// One release build serves runs and tests, so it must let these targets' tests look inside them.
let lookedInto = [
    "Determinism", "LoadGeneration", "Simulation", "Sockets", "Statistics", "Workloads",
]
let inC = ["CProcessor", "CSystemCalls", "ordeal-launcher", "stand-in"]
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    guard !inC.contains(target.name) else { continue }
    target.swiftSettings = settings
    // The state of the engine and of a node lies on one loop, in classes; asking at each access whether
    // another one goes on costs a tenth of the load generator's own time. Debug builds ask.
    if ["LoadGeneration", "Sockets", "StoreNode"].contains(target.name) {
        target.swiftSettings?.append(
            .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
        )
    }
    if lookedInto.contains(target.name) {
        target.swiftSettings?.append(
            .unsafeFlags(["-enable-testing"], .when(configuration: .release))
        )
    }
}
