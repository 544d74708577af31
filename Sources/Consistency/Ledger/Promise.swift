/// What a replication mode promises about an acknowledged write.
public struct Promise: Sendable, Hashable, Codable {
    /// Which copies may be missing while the write must still be there.
    public enum CopyRule: Sendable, Hashable, Codable {
        /// At most this many copies missing at every moment since the acknowledgement.
        case missingAtMost(Int)
        /// Some member of the in-sync set not missing at every moment, or fewer than
        /// `minimumInSync` nodes lost copies.
        case inSyncSet(replicas: Int, minimumInSync: Int)
    }

    public var copies: CopyRule
    /// How far back, in nanoseconds from the term's last acknowledgement, a term change may drop
    /// acknowledged writes; `nil` if it may drop none.
    public var termChangeMayDrop: Int64?
    /// What holds instead while a shard has fallen back to another mode; `nil` for a mode that
    /// keeps its own or stops.
    public var degraded: Degraded?

    /// As asynchronous replication promises, of the moments at which a shard is degraded.
    public struct Degraded: Sendable, Hashable, Codable {
        public var replicas: Int
        public var maximumLag: Int64

        public init(replicas: Int, maximumLag: Int64) {
            self.replicas = replicas
            self.maximumLag = maximumLag
        }
    }

    public init(copies: CopyRule, termChangeMayDrop: Int64? = nil) {
        self.copies = copies
        self.termChangeMayDrop = termChangeMayDrop
    }

    /// The write is there as long as its one copy is.
    public static let singleCopy = Promise(copies: .missingAtMost(0))

    public static func asynchronous(replicas: Int, maximumLag: Int64) -> Promise {
        Promise(
            copies: .inSyncSet(replicas: replicas, minimumInSync: 1),
            termChangeMayDrop: maximumLag
        )
    }

    public static func synchronous(replicas: Int, minimumInSync: Int) -> Promise {
        Promise(copies: .inSyncSet(replicas: replicas, minimumInSync: minimumInSync))
    }

    /// The primary and `backups` backups have the write before it is acknowledged.
    public static func backups(_ backups: Int) -> Promise {
        Promise(copies: .missingAtMost(backups))
    }

    /// The promise of a mode of Keel by its name and settings, or `nil` for a mode that declares
    /// none here.
    public static func named(
        _ mode: String,
        replicas: Int,
        minimumInSync: Int? = nil,
        maximumLag: Int64 = 1_000_000_000
    ) -> Promise? {
        let minimum = minimumInSync ?? max(1, min(2, replicas - 1))
        let parts = mode.split { "(), ".contains($0) }
        switch parts.first {
        case "none": return .singleCopy
        case "asynchronous": return .asynchronous(replicas: replicas, maximumLag: maximumLag)
        case "synchronous", "chain":
            return .synchronous(replicas: replicas, minimumInSync: minimum)
        case "quorum": return .backups(replicas / 2)
        case "semi-synchronous":
            var promise = Promise.backups(parts.dropFirst().compactMap { Int($0) }.first ?? 1)
            if parts.last == "degrade" {
                promise.degraded = Degraded(replicas: replicas, maximumLag: maximumLag)
            }
            return promise
        default: return nil
        }
    }
}

/// A copy that a fault destroyed: the process under `memory`, the page cache, the disk.
///
/// Cuts, pauses and crashes of processes with a log lose no copy.
public struct CopyLoss: Sendable, Hashable {
    public var node: Int
    public var at: Int64
    /// When the map counted the copy again; `nil` if it never did, or if that is not known.
    public var readmittedAt: Int64?

    public init(node: Int, at: Int64, readmittedAt: Int64?) {
        self.node = node
        self.at = at
        self.readmittedAt = readmittedAt
    }
}

/// The start of a new primary's term.
public struct TermChange: Sendable, Hashable {
    /// `nil` if it is only known that some shard changed its term.
    public var shard: Int?
    public var at: Int64

    public init(shard: Int?, at: Int64) {
        self.shard = shard
        self.at = at
    }
}
