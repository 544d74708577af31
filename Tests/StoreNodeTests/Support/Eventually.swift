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

/// Gives other threads a moment, between two looks at something that is awaited or two writes of a
/// steady traffic.
func pause(milliseconds: UInt32) {
    // What is awaited happens on threads that tell nobody, and traffic has a pace.
    usleep(milliseconds * 1_000)
}
