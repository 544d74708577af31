import Determinism
import Histories
import Replication
import Topology

/// Everybody who asks.
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
    var keys: [SimulatedKey]
    var testimony: Testimony
    /// Reused for every value.
    private var value: [UInt8]
    var gap: Spread
    var timeout: UInt64
    var skipped = 0
    var acknowledged = 0
    /// Only reads any more, of one key after the other.
    var isReadOnly = false
    /// While there are any, no client begins a write.
    var lulls = 0
    private var nextRead = 0

    init(_ circumstances: Circumstances) {
        load = circumstances.load
        timeout = load.timeout
        shards = circumstances.shards
        generator = SeededGenerator(seed: circumstances.seed.derived("clients"))
        clients = (0..<load.clients).map { SimulatedClient(group: $0 % Self.groups) }
        idle = Array((0..<load.clients).reversed())
        routes = Array(repeating: 1, count: Self.groups * shards)
        value = Array(repeating: 0x2e, count: max(8, load.valueBytes))
        gap = Spread(0, 1_000_000_000 / UInt64(load.operationsPerSecond))
        var testimony = Testimony()
        let (families, shards) = (load.families, shards)
        keys = (0..<load.keys).map { number in
            SimulatedKey(
                number: number,
                family: families[number / shards % families.count],
                shard: number % shards,
                &testimony
            )
        }
        self.testimony = testimony
    }

    /// The next request: of which key, what it does, in the store's words.
    mutating func next() -> (key: Int, action: Action, command: Command) {
        let bits = generator.next()
        var key = Int(((bits >> 32) &* UInt64(load.keys)) >> 32)
        var isRead = Int(((bits & 0xFFFF_FFFF) &* 100) >> 32) < load.readShare || lulls > 0
        if isReadOnly {
            isRead = true
            key = nextRead
            nextRead = (key + 1) % load.keys
        }
        if isRead { return read(key) }
        switch keys[key].family {
        case .register: return update(key)
        case .deletable: return generator.next() & 3 == 0 ? delete(key) : update(key)
        case .swapped: return generator.next() & 1 == 0 ? swap(key) : update(key)
        case .counter: return count(key)
        case .list: return push(key)
        }
    }

    private mutating func read(_ key: Int) -> (Int, Action, Command) {
        let name = keys[key].name
        if keys[key].family == .list {
            var command = Command(kind: .range, argumentCount: 3, byteCount: name.count + 16)
            command.append(argument: 0, name)
            command.append(argument: 1, Self.bytes(of: 0))
            command.append(argument: 2, Self.bytes(of: -1))
            return (key, .readAll(nil), command)
        }
        var command = Command(kind: .get, argumentCount: 1, byteCount: name.count)
        command.append(argument: 0, name)
        return (key, keys[key].family == .counter ? .readCounter(nil) : .read(nil), command)
    }

    private mutating func update(_ key: Int) -> (Int, Action, Command) {
        let number = testimony.newValue()
        setValue(number)
        let name = keys[key].name
        var command = Command(
            kind: .set,
            argumentCount: 2,
            byteCount: name.count + value.count
        )
        command.append(argument: 0, name)
        command.append(argument: 1, value)
        return (key, .write(number), command)
    }

    private mutating func swap(_ key: Int) -> (Int, Action, Command) {
        let expected = keys[key].lastSeen
        guard expected != .absent else { return update(key) }
        let number = testimony.newValue()
        setValue(number)
        let name = keys[key].name
        var command = Command(
            kind: .set,
            flags: .onlyIfEqual,
            argumentCount: 3,
            byteCount: name.count + 2 * value.count
        )
        command.append(argument: 0, name)
        command.append(argument: 1, value)
        setValue(expected)
        command.append(argument: 2, value)
        return (key, .compareAndSet(from: expected, to: number, swapped: nil), command)
    }

    private mutating func delete(_ key: Int) -> (Int, Action, Command) {
        let name = keys[key].name
        var command = Command(kind: .delete, argumentCount: 1, byteCount: name.count)
        command.append(argument: 0, name)
        return (key, .delete, command)
    }

    private mutating func count(_ key: Int) -> (Int, Action, Command) {
        let name = keys[key].name
        let amount = Int64(1 + generator.next() & 7)
        var command = Command(kind: .increment, argumentCount: 2, byteCount: name.count + 8)
        command.append(argument: 0, name)
        command.append(argument: 1, Self.bytes(of: amount))
        return (key, .add(amount, total: nil), command)
    }

    private mutating func push(_ key: Int) -> (Int, Action, Command) {
        keys[key].add(&testimony)
        let number = testimony.newValue()
        let name = keys[key].name
        var command = Command(kind: .pushRight, argumentCount: 2, byteCount: name.count + 4)
        command.append(argument: 0, name)
        command.append(argument: 1, Self.bytes(of: Int64(number.rawValue)).prefix(4))
        return (key, .append(number), command)
    }

    private mutating func setValue(_ number: ValueID) {
        for byte in 0..<4 {
            value[byte] = UInt8(truncatingIfNeeded: number.rawValue >> (8 * UInt32(byte)))
        }
    }

    private static func bytes(of number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
