// swift-tools-version: 6.3
import PackageDescription

// A package of its own, since what is fuzzed is compiled another way: the fuzzer sees every branch.
// `Sources/Histories` is a link to the main package's, which builds without any dependency.
let package = Package(
    name: "fuzzing",
    platforms: [.macOS(.v15)],
    targets: [
        .target(name: "Histories"),
        // C: the one function of libFuzzer that is called.
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["CFuzzer", "Histories"],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
        ),
    ]
)

for target in package.targets where target.name != "CFuzzer" {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
        .strictMemorySafety(),
        .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"]),
    ]
}
