public import Determinism

/// One worker's endless sequence of requests, the same for the same seed.
///
/// Every client has streams of its own, derived from the seed by its number, so that no two ask for
/// the same keys in step and one client more changes nothing for the others. Kinds, keys and
/// everything else have generators of their own: another mix asks for the same keys. Drawing
/// allocates nothing.
public struct OperationSource: Sendable {
    private let dealing: KeyDealing
    private let worker: Int
    private let isShared: Bool
    private let mix: OperationMix
    private let scanLengths: ClosedRange<Int>
    private let driftPerNanosecond: Double
    private let valueBytes: AmountSampler
    private let lifetime: AmountSampler?
    private let hasValues: Bool
    private let hasInserts: Bool
    private let seed: Seed
    /// The law as far as the records reach by now; only laws by age follow them.
    private var law: any RankSampler
    private var generations: RecordGenerations
    private var clients: [Client]
    /// Drawn ahead, of each client as many in a row: keys, or ranks where keys depend on the time.
    private var ahead: [Int]
    private var drawn: [Int]
    private let aheadCount: Int
    private let drawsKeys: Bool
    private let ownKeyCount: Int
    private var issuedInserts = 0
    private var endedInserts = 0

    /// The streams of one client.
    private struct Client {
        var kinds: SeededGenerator
        var ranks: SeededGenerator
        var arguments: SeededGenerator
        /// Ranks drawn of the law so far, whoever owns them.
        var drawn = 0
        /// Of those drawn ahead, the next one and the end.
        var next = 0
        var end = 0

        init(seed: Seed, worker: Int, client: Int) {
            func generator(_ name: String) -> SeededGenerator {
                SeededGenerator(seed: seed.derived(name).derived(worker).derived(client))
            }
            kinds = generator("kinds")
            ranks = generator("ranks")
            arguments = generator("arguments")
        }
    }

    /// - Parameter clients: How many of this worker's clients draw, 1 at least.
    public init(
        dealing: KeyDealing,
        worker: Int,
        workload: any Workload,
        seed: Seed,
        clients: Int = 1
    ) {
        precondition(worker >= 0 && worker < dealing.workers, "A worker is one of those dealt to.")
        precondition(clients > 0, "Somebody draws.")
        isShared = type(of: workload).sharing != .owned
        precondition(
            isShared || dealing.share(of: worker) > 0,
            "A worker without keys has nothing to ask for."
        )
        self.dealing = dealing
        self.worker = worker
        self.seed = seed
        law = dealing.law
        mix = workload.mix
        scanLengths = workload.scanLengths
        let shape = workload.shape
        driftPerNanosecond = shape.drift / 1e9
        valueBytes = shape.valueBytes.sampler
        lifetime = shape.lifetime?.sampler
        hasValues = workload.commands.contains(where: \.hasValue)
        hasInserts = workload.grows
        generations = RecordGenerations(workload, workers: dealing.workers)
        drawsKeys = shape.drift == 0 && dealing.placement == .scattered
        ownKeyCount = KeyDealing.keyCount(of: worker, dealing.records, dealing.workers)
        // Many clients share the cache with everything else.
        aheadCount = clients == 1 ? 512 : clients <= 256 ? 64 : 8
        ahead = Array(repeating: 0, count: clients * aheadCount)
        drawn = Array(repeating: 0, count: aheadCount)
        self.clients = (0..<clients).map { Client(seed: seed, worker: worker, client: $0) }
    }

    /// The part of all requests that this worker has to send.
    public var share: Double {
        // New records make another worker's key the hottest all the time, in turn.
        isShared || (hasInserts && dealing.placement == .newestFirst)
            ? 1 / Double(dealing.workers) : dealing.share(of: worker)
    }

    /// The next requests of a client, as many as `count`, behind those that are in `operations`.
    ///
    /// - Parameter elapsed: Nanoseconds since the load began; hot keys drift by it.
    public mutating func next(
        _ count: Int,
        client: Int,
        elapsed: Int64,
        into operations: inout [Operation]
    ) {
        guard drawsKeys, let kind = mix.onlyKind, kind == .read || kind == .update,
            let bytes = valueBytes.only, lifetime == nil
        else {
            for _ in 0..<count { operations.append(next(client: client, elapsed: elapsed)) }
            return
        }
        var streams = clients[client]
        for _ in 0..<count {
            while streams.next == streams.end {
                clients[client] = streams
                refill(client)
                streams = clients[client]
            }
            var operation = Operation(kind: kind, key: ahead[streams.next])
            streams.next += 1
            if kind == .update { operation.valueBytes = Int32(truncatingIfNeeded: bytes) }
            operations.append(operation)
        }
        clients[client] = streams
    }

    /// The next request of a client.
    ///
    /// - Parameter elapsed: Nanoseconds since the load began; hot keys drift by it.
    public mutating func next(client: Int = 0, elapsed: Int64 = 0) -> Operation {
        let (index, kind) =
            mix.onlyKind.map { (0, $0) } ?? mix.choice(at: clients[client].kinds.nextUnit())
        if kind == .insert { return insertion(client) }
        var operation = Operation(kind: kind, key: nextKey(client, elapsed))
        switch kind {
        case .read, .readCounter, .insert: break
        case .update, .compareAndSet, .readModifyWrite: setValue(&operation, client)
        case .scan:
            let lengths = scanLengths.count
            let length = clients[client].arguments.next(below: lengths) + scanLengths.lowerBound
            operation.argument = UInt64(length)
        case .command:
            operation.command = UInt16(truncatingIfNeeded: index)
            if hasValues { setValue(&operation, client) }
        case .add, .transfer: operation.argument = clients[client].arguments.next()
        case .append, .insertElement, .readAll, .transaction, .readBalances:
            operation.argument = clients[client].arguments.next()
            operation.part = generations.firstPart(of: operation.key, for: kind)
        }
        return operation
    }

    /// The write that loads a record before the measurement: the same in every run of the seed.
    public func loading(of record: Int) -> Operation {
        var generator = SeededGenerator(seed: seed.derived("loading").derived(record))
        var operation = Operation(kind: .insert, key: record)
        operation.valueBytes = Int32(truncatingIfNeeded: valueBytes.next(using: &generator))
        if let lifetime { operation.lifetime = Int64(lifetime.next(using: &generator)) }
        return operation
    }

    /// Says that an insert of this worker has ended: from now on the record is among the newest.
    ///
    /// Earlier it would be asked for before it is there.
    public mutating func insertEnded() {
        endedInserts += 1
        guard dealing.placement == .newestFirst else { return }
        law.resize(to: newest)
    }

    /// How many records there are, as far as this worker knows: the others are about as fast.
    private var newest: Int { dealing.records + endedInserts * dealing.workers }

    /// A record beyond those that there are, with this worker's residue.
    private mutating func insertion(_ client: Int) -> Operation {
        let workers = dealing.workers
        let first = dealing.records + (worker - dealing.records % workers + workers) % workers
        var operation = Operation(kind: .insert, key: first + issuedInserts * workers)
        issuedInserts += 1
        setValue(&operation, client)
        return operation
    }

    private mutating func setValue(_ operation: inout Operation, _ client: Int) {
        operation.valueBytes = Int32(
            truncatingIfNeeded: valueBytes.next(using: &clients[client].arguments)
        )
        if let lifetime {
            operation.lifetime = Int64(lifetime.next(using: &clients[client].arguments))
        }
    }

    private mutating func nextKey(_ client: Int, _ elapsed: Int64) -> Int {
        if dealing.placement == .inOrder { return nextInOrder(client) }
        while clients[client].next == clients[client].end { refill(client) }
        let found = ahead[clients[client].next]
        clients[client].next += 1
        if drawsKeys { return found }
        if dealing.placement == .newestFirst { return newest - 1 - found }
        return dealing.key(ofRank: found, drifted: driftPerNanosecond * Double(elapsed))
    }

    /// Draws from the whole law and keeps this worker's ranks: exactly the law restricted to them.
    ///
    /// Where all keys are equally likely, those of this worker are drawn at once.
    private mutating func refill(_ client: Int) {
        let start = client * aheadCount
        if drawsKeys, dealing.isEven {
            var streams = clients[client].ranks
            let count = isShared ? dealing.records : ownKeyCount
            let (first, stride) = isShared ? (0, 1) : (worker, dealing.workers)
            for index in start..<start + aheadCount {
                ahead[index] = first + stride * streams.next(below: count)
            }
            clients[client].ranks = streams
            (clients[client].next, clients[client].end) = (start, start + aheadCount)
            return
        }
        law.fill(&drawn, from: clients[client].drawn, using: &clients[client].ranks)
        clients[client].drawn += drawn.count
        var end = start
        for rank in drawn where isShared || owner(ofRank: rank) == worker {
            ahead[end] = drawsKeys ? dealing.key(ofRank: rank) : rank
            end += 1
        }
        (clients[client].next, clients[client].end) = (start, end)
    }

    private func owner(ofRank rank: Int) -> Int {
        dealing.placement == .newestFirst
            ? (newest - 1 - rank) % dealing.workers : dealing.owner(ofRank: rank)
    }

    /// The clients take turns, each worker over its own keys, or all over all.
    private mutating func nextInOrder(_ client: Int) -> Int {
        let workers = dealing.workers
        let turn = clients[client].drawn * clients.count + client
        clients[client].drawn += 1
        if isShared { return (turn * workers + worker) % dealing.records }
        return worker + turn % KeyDealing.keyCount(of: worker, dealing.records, workers) * workers
    }
}

/// Retires a record's keys once enough was added to them.
///
/// Each worker counts its own additions, so that workers need not talk to each other: equally fast,
/// they ask for the same keys most of the time.
private struct RecordGenerations: Sendable {
    private let parts: Int
    /// nil where keys are for ever.
    private let limit: Int?
    private var additions: [UInt32]

    init(_ workload: any Workload, workers: Int) {
        let layout = workload.layout
        parts = max(1, layout.parts)
        limit = layout.additionsPerGeneration.map { max(1, $0 / workers) }
        additions = Array(repeating: 0, count: limit == nil ? 0 : workload.records)
    }

    mutating func firstPart(of record: Int, for kind: OperationKind) -> Int {
        guard let limit else { return 0 }
        let generation = Int(additions[record]) / limit
        if kind.isWrite { additions[record] &+= 1 }
        return generation * parts
    }
}
