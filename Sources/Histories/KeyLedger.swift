/// What one worker was told about the writes of the keys it owns.
///
/// The rules it rests on: a key is written by its owner alone, with one write outstanding at a
/// time, and its sequences run 1, 2, 3 without gaps. So the last acknowledged sequence, together with
/// the writes that failed or stayed unknown, names every acknowledged write: 16 bytes a key.
/// Times are nanoseconds of the host's monotonic clock, the same for all processes.
public struct KeyLedger: Sendable, Equatable {
    /// One key's row.
    public struct Entry: Sendable, Hashable {
        public var acknowledgedAt: Int64 = 0
        /// 0 while no write was acknowledged.
        public var lastAcknowledged: UInt32 = 0
        public var lastIssued: UInt32 = 0

        public init() {}
    }

    /// A write without a yes: refused for certain, or unknown.
    public struct Unacknowledged: Sendable, Hashable {
        public var key: Int
        public var sequence: UInt32
        /// When the refusal came, or when the client gave up.
        public var at: Int64

        public init(key: Int, sequence: UInt32, at: Int64) {
            self.key = key
            self.sequence = sequence
            self.at = at
        }
    }

    public private(set) var keys: OwnedKeys
    /// The writers whose stamps may appear under these keys.
    public let writers: Range<UInt32>
    /// One row a key, by `keys.position(of:)`.
    public internal(set) var entries: [Entry]
    public internal(set) var unknown: [Unacknowledged] = []
    public internal(set) var failed: [Unacknowledged] = []
    public internal(set) var recent: RecentAcknowledgements

    public init(keys: OwnedKeys, writers: Range<UInt32>, recentLimit: Int = 1 << 18) {
        self.keys = keys
        self.writers = writers
        entries = Array(repeating: Entry(), count: keys.count)
        recent = RecentAcknowledgements(limit: recentLimit)
    }

    /// Takes the worker's next key into the ledger: a record that was not there before.
    public mutating func grow() {
        keys = OwnedKeys(first: keys.first, stride: keys.stride, count: keys.count + 1)
        entries.append(Entry())
    }

    /// Takes the next sequence of `key`; call it when the write is handed to its connection.
    public mutating func issue(_ key: Int) -> UInt32 {
        issue(at: owned(key))
    }

    /// The same, for who knows the key's position already.
    public mutating func issue(at position: Int) -> UInt32 {
        entries[position].lastIssued += 1
        return entries[position].lastIssued
    }

    /// Notes how an issued write ended.
    ///
    /// Each write ends once: an answer that comes after it was given up is not reported.
    public mutating func record(_ outcome: Outcome, key: Int, sequence: UInt32, at time: Int64) {
        record(outcome, key: key, position: owned(key), sequence: sequence, at: time)
    }

    /// The same, for who knows the key's position already.
    public mutating func record(
        _ outcome: Outcome,
        key: Int,
        position: Int,
        sequence: UInt32,
        at time: Int64
    ) {
        switch outcome {
        case .ok:
            guard sequence > entries[position].lastAcknowledged else { return }
            entries[position].lastAcknowledged = sequence
            entries[position].acknowledgedAt = time
            recent.append(key: key, sequence: sequence, at: time)
        case .failed:
            failed.append(Unacknowledged(key: key, sequence: sequence, at: time))
        case .unknown:
            unknown.append(Unacknowledged(key: key, sequence: sequence, at: time))
        }
    }

    /// Declares every write that is still outstanding unknown; call it once, when the load stops.
    public mutating func giveUpOutstanding(at time: Int64) {
        var lastResolved: [UInt32] = entries.map(\.lastAcknowledged)
        for write in failed + unknown {
            guard let position = keys.position(of: write.key) else { continue }
            lastResolved[position] = max(lastResolved[position], write.sequence)
        }
        for position in entries.indices where entries[position].lastIssued > lastResolved[position]
        {
            let sequence = entries[position].lastIssued
            unknown.append(
                Unacknowledged(key: keys.key(at: position), sequence: sequence, at: time)
            )
        }
    }

    private func owned(_ key: Int) -> Int {
        guard let position = keys.position(of: key) else {
            preconditionFailure("A worker writes the keys it owns.")
        }
        return position
    }
}
