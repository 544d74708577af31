import Glibc
import Testing

/// Looks until something holds, ten seconds at most.
func eventually(_ what: String, _ holds: () throws -> Bool) throws {
    for _ in 0..<1_000 {
        if try holds() { return }
        pause(milliseconds: 10)
    }
    Issue.record("never: \(what)")
}

/// Gives other threads a moment, between two looks at something that is awaited.
func pause(milliseconds: UInt32) {
    // Its callers look again and again: what they await happens on threads that tell nobody.
    usleep(milliseconds * 1_000)
}
