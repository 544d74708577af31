public import Determinism

/// One worker's endless sequence of requests, the same for the same seed.
///
/// The kinds and the keys have generators of their own: another mix asks for the same keys.
public struct OperationSource: Sendable {
    private let dealing: KeyDealing
    private let worker: Int
    private let isShared: Bool
    private let mix: OperationMix
    private var generations: RecordGenerations
    private var kinds: SeededGenerator
    private var ranks: SeededGenerator
    private var arguments: SeededGenerator
    /// Keys drawn ahead.
    private var batch: [Int] = []
    private var drawn = [Int](repeating: 0, count: 512)
    private var position = 0

    public init(dealing: KeyDealing, worker: Int, workload: any Workload, seed: Seed) {
        precondition(worker >= 0 && worker < dealing.workers, "A worker is one of those dealt to.")
        isShared = type(of: workload).sharing != .owned
        precondition(
            isShared || dealing.share(of: worker) > 0,
            "A worker without keys has nothing to ask for."
        )
        self.dealing = dealing
        self.worker = worker
        mix = workload.mix
        generations = RecordGenerations(workload, workers: dealing.workers)
        kinds = SeededGenerator(seed: seed.derived("kinds").derived(worker))
        ranks = SeededGenerator(seed: seed.derived("ranks").derived(worker))
        arguments = SeededGenerator(seed: seed.derived("arguments").derived(worker))
    }

    /// The part of all requests that this worker has to send.
    public var share: Double {
        isShared ? 1 / Double(dealing.workers) : dealing.share(of: worker)
    }

    public mutating func next() -> Operation {
        let kind = mix.kind(at: kinds.nextUnit())
        var operation = Operation(kind: kind, key: nextKey())
        switch kind {
        case .read, .update, .insert, .compareAndSet, .readCounter: break
        case .add, .transfer: operation.argument = arguments.next()
        case .append, .insertElement, .readAll, .transaction, .readBalances:
            operation.argument = arguments.next()
            operation.part = generations.firstPart(of: operation.key, for: kind)
        }
        return operation
    }

    private mutating func nextKey() -> Int {
        while position == batch.count { refill() }
        defer { position += 1 }
        return batch[position]
    }

    /// Draws from the whole law and keeps this worker's ranks: exactly the law restricted to them.
    private mutating func refill() {
        dealing.drawRanks(&drawn, using: &ranks)
        batch.removeAll(keepingCapacity: true)
        for rank in drawn where isShared || dealing.owner(ofRank: rank) == worker {
            batch.append(dealing.key(ofRank: rank))
        }
        position = 0
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
