public import Topology

/// What a simulator looks at after every step; reading one number costs no copy of the node.
extension ShardTable {
    public var count: Int { replicas.count }

    /// The last index of a shard that is applied.
    public func applied(of shard: Int) -> UInt64 { replicas[shard].applied }

    /// An entry that is still in memory.
    public func entry(at index: UInt64, of shard: Int) -> LogEntry? {
        guard index > replicas[shard].log.base.index, index <= replicas[shard].log.lastIndex else {
            return nil
        }
        return replicas[shard].log[index]
    }

    /// The term of an entry, also of the last one that is no longer in memory.
    public func term(at index: UInt64, of shard: Int) -> Term? {
        replicas[shard].log.term(at: index)
    }

    /// The first entry of the reign of a primary; nil where this is none.
    public func reign(of shard: Int) -> LogPosition? {
        guard replicas[shard].role == .primary else { return nil }
        return LogPosition(term: replicas[shard].storedTerm, index: replicas[shard].termStart)
    }

    /// What a shard's replica contradicts itself in; nil where all is well.
    public func contradiction(in shard: Int) -> String? {
        replicas[shard].contradiction
    }
}

extension ShardReplica {
    fileprivate var contradiction: String? {
        if applied > commit { return "it applied more than is committed" }
        if commit > log.lastIndex { return "it committed more than it has" }
        if log.base.index > applied { return "it forgot what it has not applied" }
        if loggedCommit > commit { return "its log says more than is committed" }
        if durableTerm > storedTerm { return "its durable term is not stored" }
        if log.last.term > storedTerm { return "its log is ahead of its term" }
        if role == .primary, termStart > log.lastIndex + 1 {
            return "its reign begins behind its log"
        }
        return nil
    }
}
