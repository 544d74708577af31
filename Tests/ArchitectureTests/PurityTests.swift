import Testing

/// Pure targets decide; what touches the world is named elsewhere.
@Suite struct PurityTests {
    static let pureTargets = [
        "Quantities", "Determinism", "Topology", "Histories", "Statistics", "RESP", "Replication",
        "Coordination", "Storage", "Workloads", "Faults", "Consistency", "Report",
        "Simulation",
    ]
    static let banned = [
        "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "NIOPosix", "Darwin", "Musl",
        "socket", "ContinuousClock", "SuspendingClock", "Date", "clock_gettime",
        "SystemRandomNumberGenerator", "random", "Hasher", "hashValue", "async", "await", "Task",
        "print", "Thread",
    ]

    static func violations(in text: String) -> [(line: Int, word: String)] {
        SourceText(text).lines(holding: banned).filter { hit in
            // A seeded generator that is handed in may be called so.
            hit.word != "random" || text.contains(".random(")
        }
    }

    @Test(arguments: pureTargets)
    func `a pure target names nothing impure`(target: String) {
        let files = Checkout.files(under: "Sources/\(target)")
        #expect(!files.isEmpty, "\(target) has no source: is this list up to date?")
        for file in files {
            for hit in Self.violations(in: file.text) {
                Issue.record("\(file.path):\(hit.line) names \(hit.word)")
            }
        }
    }

    @Test(arguments: [
        "import Foundation", "let x = Int.random(in: 0..<3)", "func f() async {}",
        "print(3)", "var hasher = Hasher()", "let now = ContinuousClock().now",
    ])
    func `what is impure is caught`(line: String) {
        #expect(!Self.violations(in: line).isEmpty)
    }

    @Test func `comments, strings and longer words are no violation`() {
        let text = """
            // print and Date
            let a = "async \\(b) Hasher" /* Task */
            let printed = blueprint
            """
        #expect(Self.violations(in: text).isEmpty)
    }
}
