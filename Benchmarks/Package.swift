// swift-tools-version: 6.3
import PackageDescription

// A package of its own, so that whoever builds Ordeal does not build its benchmarks' framework.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "ordeal", path: ".."),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        // Without the trait that counts allocations: it needs a library of its own.
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "micro",
            dependencies: [
                .ordeal("Determinism"), .ordeal("Replication"), .ordeal("RESP"),
                .ordeal("Statistics"), .ordeal("Storage"), .ordeal("Topology"),
                .ordeal("Workloads"), .ordeal("CJemalloc"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            // The plugin wants the folder to stand in one called Benchmarks.
            path: "micro",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
        .executableTarget(
            name: "checkers",
            dependencies: [.ordeal("Consistency"), .ordeal("Histories")],
            path: "checkers"
        ),
        // C: the floor that every generator is measured against.
        .executableTarget(
            name: "saturate",
            path: "saturate",
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .release))]
        ),
        // C++: jump, anchor and memento, beside which the Swift ones are measured.
        .target(
            name: "PlacementReference",
            path: "placement-reference",
            cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .release))]
        ),
        .executableTarget(
            name: "placement",
            dependencies: [.ordeal("Topology"), .ordeal("CJemalloc"), "PlacementReference"],
            path: "placement"
        ),
        .executableTarget(
            name: "side-by-side",
            dependencies: [
                .ordeal("Clusters"), .ordeal("Determinism"), .ordeal("Faults"), .ordeal("RESP"),
                .ordeal("Topology"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "side-by-side"
        ),
    ]
)

extension Target.Dependency {
    static func ordeal(_ name: String) -> Self { .product(name: name, package: "ordeal") }
}

// As in the main package, so that what is measured is compiled as it ships.
for target in package.targets where !["saturate", "PlacementReference"].contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
        .strictMemorySafety(),
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ]
}
