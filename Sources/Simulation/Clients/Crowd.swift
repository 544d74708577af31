import Determinism
import Histories
import Replication
import Topology

/// Everybody who asks, and what they were told.
struct Crowd {
    /// Places in the network that clients share.
    static let groups = 2

    var clients: [SimulatedClient]
    var idle: [Int]
    var generator: SeededGenerator
    /// By group and shard: who is believed to be the primary.
    var routes: [UInt8]
    let shards: Int
    let load: Circumstances.Load
    let keys: [[UInt8]]
    let shardOfKey: [Int]
    /// Reused for every value.
    var value: [UInt8]
    var history = History(clock: .nanoseconds)
    var writes: UInt32 = 0
    var skipped = 0
    var acknowledged = 0
    var answered = 0
    /// Only reads any more, of one key after the other.
    var isReadOnly = false
    var nextRead = 0
    var gap: Spread
    var timeout: UInt64

    init(_ circumstances: Circumstances) {
        load = circumstances.load
        timeout = load.timeout
        shards = circumstances.shards
        generator = SeededGenerator(seed: circumstances.seed.derived("clients"))
        clients = (0..<load.clients).map { SimulatedClient(group: $0 % Self.groups) }
        idle = Array((0..<load.clients).reversed())
        routes = Array(repeating: 1, count: Self.groups * shards)
        keys = (0..<load.keys).map { Array("k\($0)".utf8) }
        shardOfKey = (0..<load.keys).map { $0 % circumstances.shards }
        value = Array(repeating: 0x2e, count: max(8, load.valueBytes))
        gap = Spread(0, 1_000_000_000 / UInt64(load.operationsPerSecond))
        for key in 0..<load.keys { _ = history.keys.number(of: "k\(key)") }
        history.operations.reserveCapacity(16_384)
    }
}

struct SimulatedClient {
    let group: Int
    var request = 0 as UInt32
    var isBusy = false
    var command = Command.noOperation
    var shard = 0
    var target = 0
    var record = 0
    var deadline: UInt64 = 0
    var tries = 0
    var isRead = false
    /// What was answered and is on its way.
    var reply: ClientReply = .none

    enum ClientReply {
        case none
        case value(UInt32)
        case done
        case redirected
        case unavailable
        case broken
    }
}
