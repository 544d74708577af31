public import Topology

/// The keys that clients of this primary watch, each with a count of the changes that were carried
/// out since the first of its watchers came.
///
/// It belongs to one reign on one node: no entry of a log and no copy speaks of it.
struct WatchedKeys: Sendable {
    private var keys: [[UInt8]: Watched] = [:]

    private struct Watched {
        var watchers = 0
        var version: UInt64 = 0
    }

    var isEmpty: Bool { keys.isEmpty }

    /// Notes that a key has changed.
    mutating func touch(_ key: ArraySlice<UInt8>) {
        keys[Array(key)]?.version += 1
    }

    mutating func watch(_ names: some Sequence<ArraySlice<UInt8>>) -> [WatchTicket.Key] {
        names.map { name in
            let name = Array(name)
            keys[name, default: Watched()].watchers += 1
            return WatchTicket.Key(name: name, version: keys[name]?.version ?? 0)
        }
    }

    mutating func unwatch(_ ticket: WatchTicket) {
        for key in ticket.keys {
            guard let watched = keys[key.name] else { continue }
            keys[key.name]?.watchers -= 1
            if watched.watchers <= 1 { keys[key.name] = nil }
        }
    }

    /// Whether every key is as it was when the ticket was given.
    func stand(_ ticket: WatchTicket) -> Bool {
        ticket.keys.allSatisfy { keys[$0.name]?.version == $0.version }
    }
}

/// What a client that watches keys holds until its transaction is decided.
public struct WatchTicket: Sendable, Equatable {
    public let shard: ShardID
    /// The reign that counts the changes; no other can say whether there were any.
    public let term: Term
    public let keys: [Key]

    public struct Key: Sendable, Equatable {
        public let name: [UInt8]
        let version: UInt64
    }

    init(shard: ShardID, term: Term, keys: [Key]) {
        self.shard = shard
        self.term = term
        self.keys = keys
    }
}
