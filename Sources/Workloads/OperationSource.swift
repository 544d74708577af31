public import Determinism

/// One worker's endless sequence of requests, the same for the same seed.
///
/// The kinds and the keys have generators of their own: another mix asks for the same keys.
public struct OperationSource: Sendable {
    private let dealing: KeyDealing
    private let worker: Int
    private let readShare: Double
    private var kinds: SeededGenerator
    private var ranks: SeededGenerator
    private var batch = [Int](repeating: 0, count: 512)
    private var position: Int

    public init(dealing: KeyDealing, worker: Int, readShare: Double, seed: Seed) {
        precondition(worker >= 0 && worker < dealing.workers, "A worker is one of those dealt to.")
        precondition(dealing.share(of: worker) > 0, "A worker without keys has nothing to ask for.")
        self.dealing = dealing
        self.worker = worker
        self.readShare = readShare
        kinds = SeededGenerator(seed: seed.derived("kinds").derived(worker))
        ranks = SeededGenerator(seed: seed.derived("ranks").derived(worker))
        position = batch.count
    }

    /// The part of all requests that this worker has to send.
    public var share: Double { dealing.share(of: worker) }

    public mutating func next() -> Operation {
        let kind: OperationKind = kinds.nextUnit() < readShare ? .read : .update
        return Operation(kind: kind, key: dealing.key(ofRank: nextOwnRank()))
    }

    /// Draws from the whole law until the rank is this worker's: exactly the law restricted to it.
    private mutating func nextOwnRank() -> Int {
        while true {
            if position == batch.count {
                dealing.drawRanks(&batch, using: &ranks)
                position = 0
            }
            let rank = batch[position]
            position += 1
            if dealing.owner(ofRank: rank) == worker { return rank }
        }
    }
}
