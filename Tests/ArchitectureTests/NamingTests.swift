import Testing

/// Names that say nothing, and code that would trap or wait blindly.
@Suite struct NamingTests {
    private static let emptyNames = ["Utils", "Helpers", "Helper", "Common", "Misc", "Manager"]

    @Test func `a file is named after its concept`() {
        for file in Checkout.files(under: "Sources") + Checkout.files(under: "Tests") {
            let stem = file.name.dropLast(".swift".count)
            let isEmpty = Self.emptyNames.contains { stem.hasSuffix($0) }
            if isEmpty || stem.hasSuffix("+Extensions") { Issue.record("\(file.path)") }
        }
    }

    @Test func `nothing traps on what the world sends`() {
        for file in Checkout.files(under: "Sources") {
            for (number, line) in SourceText(file.text).lines.enumerated() {
                for risky in ["try!", "as!", "fatalError("] where line.contains(risky) {
                    Issue.record("\(file.path):\(number + 1) has \(risky)")
                }
            }
        }
    }

    /// `Eventually.swift` is where a test may nap between two looks at its condition.
    @Test func `tests wait for conditions, not for time`() {
        let exempt = ["Eventually.swift", "NamingTests.swift"]
        for file in Checkout.files(under: "Tests") where !exempt.contains(file.name) {
            for hit in SourceText(file.text).lines(holding: ["sleep", "usleep", "nanosleep"]) {
                Issue.record("\(file.path):\(hit.line) sleeps")
            }
        }
    }
}
