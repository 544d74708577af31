public import Determinism
public import Histories

/// Puts requests into the bytes that a server reads.
///
/// Where names and values have one length each, a request costs filling in two holes; nothing is
/// allocated once the buffers have grown.
public struct CommandComposer: Sendable {
    /// What was composed last: whole commands, to be sent as they are.
    public var bytes: [UInt8] { frames[current].bytes }

    private let records: Int
    private let naming: KeyNaming
    private let filling: ValueFilling
    private let templates: [CommandTemplate]
    private var frames: [CommandFrame]
    private var current = 0
    /// What values that carry no name are filled by.
    private var chance: SplitMix64

    private static let read = 0
    private static let write = 1
    private static let expiringWrite = 2
    private static let scan = 3
    private static let own = 4

    public init(workload: any Workload, seed: Seed) {
        let shape = workload.shape
        records = workload.records
        naming = shape.naming
        filling = shape.filling
        templates = [.get, .set, .expiringSet, .get] + workload.commands
        frames = templates.map { _ in CommandFrame() }
        chance = SplitMix64(state: seed.derived("values").rawValue)
    }

    /// `GET key`.
    public mutating func composeRead(of key: Int) {
        layOut(Self.read, key: key, valueBytes: 0, lifetime: 0)
        fillKeys(from: key)
    }

    /// `SET key value`, with `PX` where the operation's value expires.
    ///
    /// - Parameter stamp: The name that the value carries; nil, or a value that is too short for it,
    ///   leaves it without.
    public mutating func composeWrite(_ operation: Operation, stamp: WriteStamp?) {
        layOut(
            operation.lifetime > 0 ? Self.expiringWrite : Self.write,
            key: operation.key,
            valueBytes: Int(operation.valueBytes),
            lifetime: operation.lifetime
        )
        fillKeys(from: operation.key)
        fillValues(key: operation.key, stamp: stamp)
    }

    /// `MGET` of the key and those numbered after it; beyond the last record it goes on with the
    /// first.
    public mutating func composeScan(_ operation: Operation) {
        let count = max(1, Int(truncatingIfNeeded: operation.argument))
        current = Self.scan
        frames[current].beginList("MGET", count: count)
        for offset in 0..<count {
            let key = key(operation.key, offset)
            let naming = naming
            frames[current].appendArgument(length: naming.length(of: key)) {
                naming.write(key, into: &$0)
            }
        }
    }

    /// The workload's own command that the operation names.
    public mutating func composeCommand(_ operation: Operation, stamp: WriteStamp? = nil) {
        layOut(
            Self.own + Int(operation.command),
            key: operation.key,
            valueBytes: Int(operation.valueBytes),
            lifetime: 0
        )
        fillKeys(from: operation.key)
        fillValues(key: operation.key, stamp: stamp)
    }

    private mutating func layOut(_ index: Int, key: Int, valueBytes: Int, lifetime: Int64) {
        current = index
        let lengths = CommandFrame.Lengths(
            key: naming.onlyLength,
            value: valueBytes,
            lifetime: lifetime
        )
        guard frames[index].lengths != lengths || lengths.key == nil else { return }
        let (naming, records) = (naming, records)
        frames[index].layOut(templates[index], lengths) { offset in
            naming.onlyLength ?? naming.length(of: Self.key(key, offset, of: records))
        }
    }

    private mutating func fillKeys(from first: Int) {
        for hole in frames[current].holes.indices {
            guard case .key(let offset) = frames[current].holes[hole].piece else { continue }
            let (key, naming) = (key(first, offset), naming)
            frames[current].fill(hole) { naming.write(key, into: &$0) }
        }
    }

    private mutating func fillValues(key: Int, stamp: WriteStamp?) {
        for hole in frames[current].holes.indices {
            guard case .value = frames[current].holes[hole].piece else { continue }
            let filling = filling
            if let stamp, frames[current].holes[hole].place.count >= WriteStamp.minimumBytes {
                frames[current].fill(hole) { stamp.encode(key: key, into: &$0, filling: filling) }
            } else {
                let seed = chance.next()
                frames[current].fill(hole) { filling.fill(&$0, from: 0, seed: seed) }
            }
        }
    }

    private func key(_ first: Int, _ offset: Int) -> Int { Self.key(first, offset, of: records) }

    private static func key(_ first: Int, _ offset: Int, of records: Int) -> Int {
        offset == 0 ? first : (first + offset) % records
    }
}
