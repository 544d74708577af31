import Clusters
import Glibc
import Testing

/// Waits until `condition` holds; a test fails where two thousand looks in ten seconds or more do not
/// find it so.
///
/// Looks are counted too, as a starved test may see ten seconds pass between two of them.
func becomesTrue(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: @Sendable () -> Bool
) async {
    for _ in 0..<2_000 {
        if condition() { return }
        // Between two looks: what is awaited happens in other processes, which tell nobody.
        try? await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// Blocks until a process has ended that does so by itself.
func awaitEnd(of child: ChildProcess) -> ProcessEnd? {
    for _ in 0..<20_000 {
        if let end = child.end { return end }
        // Between two looks at a process, whose end its owner reaps and announces to nobody.
        usleep(500)
    }
    return nil
}

/// Lets a stretch of the scenario pass: which moment a fault hits, never a wait for its effect.
func letPass(microseconds: Int) {
    // The time itself is what is meant: there is nothing to wait for.
    usleep(UInt32(microseconds))
}
