public import Replication
public import Topology

/// The copy that a process starts with.
public struct OpenedCopy {
    public let identity: CopyID
    /// Why the copy counts as missing until it is re-admitted; nil where it is its predecessor's.
    public let whyNew: String?
    /// Whether the directory held an earlier copy, whatever became of it.
    public let hasPredecessor: Bool
    /// What the log held; empty for a new copy.
    public let shards: [RecoveredShard]
    /// Where the log goes on; nil under `memory`.
    public let header: SegmentHeader?
    /// The first segment of the log.
    public let oldestSegment: UInt64

    /// Replays the log of a directory and notes the copy's identity there.
    ///
    /// - Parameters:
    ///   - kernelBoot: the identity of the kernel's present boot.
    ///   - acceptsDamage: whether to go on with what is left where the log, or what is known of it, is
    ///     damaged by more than a torn tail.
    ///   - recovered: gathers what the log holds.
    ///   - newIdentity: draws the identity of a copy that may have lost something.
    public static func open<Directory: CopyDirectory>(
        _ directory: inout Directory,
        durability: Durability,
        kernelBoot: String,
        acceptsDamage: Bool,
        recovered: RecoveredShards = RecoveredShards(),
        newIdentity: () -> CopyID
    ) throws(Directory.Failure) -> Result<OpenedCopy, CopyRefusal> {
        let (stored, problem) = state(in: try directory.copyState())
        var continuity = CopyContinuity.decide(
            stored: stored,
            durability: durability,
            kernelBoot: kernelBoot
        )
        if let problem {
            guard acceptsDamage || !durability.writesLog else {
                return .failure(.damagedState(problem))
            }
            continuity = .new(why: problem)
        }
        var log: ReplayedLog?
        if durability.writesLog {
            let replay = try ReplayedLog.replay(
                &directory,
                counts: CopyContinuity.mayReadLog(of: stored),
                acceptsDamage: acceptsDamage,
                into: recovered
            )
            switch replay {
            case .failure(let refusal): return .failure(refusal)
            case .success(let replayed): log = replayed
            }
            if let damage = log?.damage { continuity = .new(why: damage) }
        }
        let copy = OpenedCopy(continuity, stored != nil || problem != nil, log, newIdentity)
        let state = CopyState(
            copy: copy.identity,
            durability: durability,
            kernelBoot: kernelBoot,
            isClosed: false
        )
        try directory.replaceCopyState(with: SealedFile.copyState.encode(state.encoded()))
        return .success(copy)
    }

    private init(
        _ continuity: CopyContinuity,
        _ hasPredecessor: Bool,
        _ log: ReplayedLog?,
        _ newIdentity: () -> CopyID
    ) {
        switch continuity {
        case .same(let copy): (identity, whyNew) = (copy, nil)
        case .new(let why): (identity, whyNew) = (newIdentity(), why)
        }
        self.hasPredecessor = hasPredecessor
        shards = log?.shards ?? []
        header = log?.next
        oldestSegment = log?.oldest ?? 1
    }

    private static func state(in file: [UInt8]?) -> (state: CopyState?, problem: String?) {
        switch FileReplacement.found(file, as: .copyState) {
        case .nothing: return (nil, nil)
        case .content(let content):
            let state = CopyState(encoded: content)
            return (state, state == nil ? "the file copy makes no sense" : nil)
        case .unusable(let error):
            return (nil, "the file copy cannot be used: \(error)")
        }
    }
}
