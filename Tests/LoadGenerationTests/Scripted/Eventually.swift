import Testing

/// Waits until a condition holds; it fails the test where it never does.
func eventually(
    _ what: String,
    within bound: Duration = .seconds(20),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + bound
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
        // Between two looks: what is awaited happens in a server or a worker, which tell nobody.
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    var description: String { "in vain the test waited until \(what)" }
}

/// Lets a stretch of the scenario pass: the length of a fault, never a wait for its effect.
func letPass(_ duration: Duration) async throws {
    // The time itself is what is meant: there is nothing to wait for.
    try await Task.sleep(for: duration)
}
