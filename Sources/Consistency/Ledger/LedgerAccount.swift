/// The fate of every write of a trial, as told by the ledgers and by what each replica holds.
///
/// Writes are counted unless a name says keys. Times are seconds from the start of measurement.
public struct LedgerAccount: Sendable, Hashable, Codable {
    /// Keys with at least one write.
    public var keys = 0
    public var acknowledged = 0
    /// Acknowledged, and held by the survivor or rightly overwritten by a later write.
    public var survived = 0
    /// Acknowledged, above the survivor, and nothing else explains their absence.
    public var lost = 0
    public var lostKeys = 0
    /// Of the lost writes: those that the mode's promise covered.
    public var lostAgainstPromise = 0
    /// Of the lost writes: those that the mode's promise does not cover.
    public var lostOutsidePromise = 0
    /// Of the lost writes: those of which what is known does not decide it.
    public var lostUndecided = 0
    /// Keys where an older write that was unknown stands above newer acknowledged ones.
    public var resurrected = 0
    /// Of the resurrected keys: those that the promise does not explain.
    public var resurrectedUndecided = 0
    /// Values nobody can have written; see `GarbageReading.Kind`.
    public var garbage = 0
    /// Unknown writes that turned out to be the survivor.
    public var unknownPresent = 0
    /// Unknown writes that are above the survivor: they did not happen, or were lost.
    public var unknownAbsent = 0
    /// Unknown writes below the survivor: nobody can tell any more.
    public var unknownOverwritten = 0
    /// Writes refused for certain.
    public var refused = 0
    /// Keys whose replicas hold different values after convergence.
    public var divergent = 0
    /// Written keys of which no copy could be read: their fate is not known.
    public var unread = 0
    /// Copies that could not be read, of whatever key.
    public var unreadCopies = 0
    /// Keys read that stand in more than one ledger, so that no account of them can be right.
    public var contested = 0

    /// All of the above by fate, with what each follows: one for each `WriteFate`.
    public var fates: [FateAccount] = []
    public var shared = SharedKeyAccount()

    /// The lost writes by key, earliest acknowledgement first, at most `listLimit`.
    public var losses: [Loss] = []
    public var resurrections: [Resurrection] = []
    public var garbageReadings: [GarbageReading] = []
    public var divergences: [Divergence] = []

    /// How many rows each list keeps; the counts are always complete.
    public static let listLimit = 10_000

    public init() {}

    /// All writes of one fate; `nil` only in an account of nothing.
    public subscript(fate: WriteFate) -> FateAccount? { fates.first { $0.fate == fate } }

    /// Unknown writes, whatever became of them.
    public var unknown: Int { unknownPresent + unknownAbsent + unknownOverwritten }
}

/// What only keys can show that all clients share.
public struct SharedKeyAccount: Sendable, Hashable, Codable {
    /// Acknowledged deletes of keys that came back.
    public var deletesUndone = 0
    /// Of the undone deletes: those that the mode's promise covered.
    public var deletesUndoneAgainstPromise = 0
    /// Of the undone deletes: those of which what is known does not decide it.
    public var deletesUndoneUndecided = 0
    /// Applications of writes beyond those that were sent.
    public var duplicateApplied = 0
    /// Of the resurrected keys: those whose writes the promise covered.
    public var resurrectedAgainstPromise = 0
    /// By key, earliest first, at most `LedgerAccount.listLimit`.
    public var findings: [SharedKeyFinding] = []

    public init() {}
}

// The records of runs from before there were these are still read.
extension KeyedDecodingContainer {
    func decode(_: [FateAccount].Type, forKey key: Key) throws -> [FateAccount] {
        try decodeIfPresent([FateAccount].self, forKey: key) ?? []
    }

    func decode(_: SharedKeyAccount.Type, forKey key: Key) throws -> SharedKeyAccount {
        try decodeIfPresent(SharedKeyAccount.self, forKey: key) ?? SharedKeyAccount()
    }
}
