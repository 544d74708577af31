import Replication
import Topology

/// A backup of one shard with a log, whose primary is node 1.
enum LoggedBackup {
    static let identity = NodeIdentity(
        node: NodeID(2),
        boot: BootID(22),
        copy: CopyID(222)
    )

    static let map: ClusterMap = {
        let replicas = (1...3).map {
            ReplicaAssignment(
                node: NodeID(UInt16($0)),
                copy: CopyID(UInt64($0) * 111),
                isInSync: true
            )
        }
        return ClusterMap(
            cluster: ClusterID(1),
            epoch: Epoch(1),
            placement: "ring",
            replication: QuorumReplication.name,
            replicaCount: 3,
            election: QuorumReplication().electionRule(replicaCount: 3),
            nodes: [],
            shards: [
                ShardAssignment(
                    term: .first,
                    primary: NodeID(1),
                    primaryBoot: BootID(11),
                    replicas: replicas,
                    version: 1,
                    acceptedLosses: 0
                )
            ]
        )
    }()

    static func command(_ number: Int) -> Command {
        Command(.set, [Array("key \(number % 4)".utf8), Array("value \(number)".utf8)])
    }

    /// The primary's entries, which set one of four keys each.
    static func appends(_ numbers: ClosedRange<UInt64>, commit: UInt64) -> Event {
        let index = numbers.lowerBound - 1
        let previous = LogPosition(term: index == 0 ? .none : .first, index: index)
        let entries = numbers.map { LogEntry(term: .first, command: command(Int($0))) }
        return .message(
            from: NodeID(1),
            .appends([
                .init(
                    shard: ShardID(0),
                    term: .first,
                    previous: previous,
                    commit: commit,
                    entries: entries
                )
            ])
        )
    }

    static let linked = Event.peerConnected(NodeID(1), BootID(11), CopyID(111))
}
