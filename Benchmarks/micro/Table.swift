import Benchmark
import Replication

private let keyCount = 390
private let value = [UInt8](repeating: 0x78, count: 100)

/// As many keys as a shard holds when 100,000 are spread over 256.
private struct Shard {
    var state = KeyValueState()
    let commands: [Command]
    let absent: [[UInt8]]

    init() {
        commands = (0..<keyCount).map { Command(.set, [key($0), value]) }
        absent = (0..<keyCount).map { key(1_000_000 + $0) }
        for command in commands { _ = state.apply(command) }
    }
}

func measureTable() {
    measure("table, find a key", allocating: 0...0, on: Shard.init) { shard, call in
        let command = shard.commands[call % keyCount]
        let range = command.range(of: 0)
        blackHole(
            unsafe command.bytes.withUnsafeBytes {
                unsafe shard.state.find(UnsafeRawBufferPointer(rebasing: $0[range]))
            }
        )
    }
    measure("table, find no key", allocating: 0...0, on: Shard.init) { shard, call in
        blackHole(
            unsafe shard.absent[call % keyCount].withUnsafeBytes {
                unsafe shard.state.find($0)
            }
        )
    }
    measure("table, store over a key", allocating: 0...0, on: Shard.init) { shard, call in
        blackHole(shard.state.apply(shard.commands[call % keyCount]))
    }
    measure("table, fill with 390 keys, a key", on: Shard.init) { shard, call in
        if call % keyCount == 0 { shard.state = KeyValueState() }
        blackHole(shard.state.apply(shard.commands[call % keyCount]))
    }
}
