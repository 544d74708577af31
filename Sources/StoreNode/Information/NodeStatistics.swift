/// What a node counts from its start on.
struct NodeStatistics {
    var commandsProcessed = 0
    var connectionsReceived = 0
    var rejectedConnections = 0
    var inputByteCount = 0
    var outputByteCount = 0
    private(set) var keyspaceHits = 0
    private(set) var keyspaceMisses = 0
    /// Reads that a backup answered, and those that it was not fresh enough for.
    private(set) var replicaReads = 0
    private(set) var staleReads = 0
    private var lastClientNumber = 0

    mutating func count(hit: Bool) {
        if hit {
            keyspaceHits += 1
        } else {
            keyspaceMisses += 1
        }
    }

    mutating func countReplicaRead(isFresh: Bool) {
        if isFresh {
            replicaReads += 1
        } else {
            staleReads += 1
        }
    }

    mutating func nextClientNumber() -> Int {
        lastClientNumber += 1
        return lastClientNumber
    }
}
