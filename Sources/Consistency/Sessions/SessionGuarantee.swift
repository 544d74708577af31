/// What a client may rely on across its own operations (Terry and others, PDIS 1994).
public enum SessionGuarantee: String, Sendable, Hashable, Codable, CaseIterable {
    /// A client finds what it wrote, or something newer.
    case readYourWrites = "read-your-writes"
    /// A client never finds anything older than it found before.
    case monotonicReads = "monotonic-reads"
    /// Whoever finds a client's later write does not find an earlier one of it afterwards.
    case monotonicWrites = "monotonic-writes"
    /// Whoever finds a write does not find afterwards what is older than its writer had found.
    case writesFollowReads = "writes-follow-reads"

    var meaning: String {
        switch self {
        case .readYourWrites: "a process did not find what it had written itself"
        case .monotonicReads: "a process found something older than it had found before"
        case .monotonicWrites: "a process's later write was found first, and then an earlier one"
        case .writesFollowReads:
            "a write was found, and then what is older than its writer had found"
        }
    }
}
