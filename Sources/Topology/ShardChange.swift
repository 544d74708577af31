/// One line of a map's history: what a shard's assignment became, and when it was durable.
///
/// Promises are judged by it: who was in sync, which copy counted, when a term changed.
public struct ShardChange: Equatable, Sendable {
    /// Nanoseconds of the host's monotonic clock.
    public var at: UInt64
    public var epoch: Epoch
    public var shard: ShardID
    public var assignment: ShardAssignment

    public init(at: UInt64, epoch: Epoch, shard: ShardID, assignment: ShardAssignment) {
        self.at = at
        self.epoch = epoch
        self.shard = shard
        self.assignment = assignment
    }

    /// What a new map changed; all of it where there was none.
    public static func changes(
        from old: ClusterMap?,
        to new: ClusterMap,
        at time: UInt64
    ) -> [ShardChange] {
        new.shards.indices.compactMap { index in
            if let old, index < old.shards.count, old.shards[index] == new.shards[index] {
                return nil
            }
            return ShardChange(
                at: time,
                epoch: new.epoch,
                shard: ShardID(UInt16(index)),
                assignment: new.shards[index]
            )
        }
    }

    /// Words and numbers, without the line's end: time, epoch, shard, term, version, primary (0: none),
    /// its boot, accepted losses, then each replica that counts as node:copy:in sync, then `degraded`
    /// where it is.
    public var line: String {
        let replicas = assignment.members.map {
            "\($0.node.value):\($0.copy.value):\($0.isInSync ? 1 : 0)"
        }
        let numbers = [
            at, epoch.value, UInt64(shard.value), assignment.term.value, assignment.version,
            UInt64(assignment.primary?.value ?? 0), assignment.primaryBoot.value,
            UInt64(assignment.acceptedLosses),
        ]
        let marks = assignment.isDegraded ? [Self.degradedMark] : []
        return (numbers.map(String.init) + replicas + marks).joined(separator: " ")
    }

    private static let degradedMark = "degraded"

    /// Nil where the line is not whole, as the last one of a crashed writer may be.
    public init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        let numbers = words.prefix(8).compactMap { UInt64($0) }
        guard numbers.count == 8, let shard = UInt16(exactly: numbers[2]),
            let primary = UInt16(exactly: numbers[5]), let losses = UInt32(exactly: numbers[7])
        else { return nil }
        var replicas: [ReplicaAssignment] = []
        var isDegraded = false
        for word in words.dropFirst(8) {
            guard word != Self.degradedMark else {
                isDegraded = true
                continue
            }
            let parts = word.split(separator: ":")
            guard parts.count == 3, let node = UInt16(parts[0]), let copy = UInt64(parts[1]),
                parts[2] == "0" || parts[2] == "1"
            else { return nil }
            replicas.append(
                ReplicaAssignment(
                    node: NodeID(node),
                    copy: CopyID(copy),
                    isInSync: parts[2] == "1"
                )
            )
        }
        guard !replicas.isEmpty else { return nil }
        self.init(
            at: numbers[0],
            epoch: Epoch(numbers[1]),
            shard: ShardID(shard),
            assignment: ShardAssignment(
                term: Term(numbers[3]),
                primary: primary == 0 ? nil : NodeID(primary),
                primaryBoot: BootID(numbers[6]),
                replicas: replicas,
                version: numbers[4],
                acceptedLosses: losses
            )
        )
        self.assignment.isDegraded = isDegraded
    }
}
