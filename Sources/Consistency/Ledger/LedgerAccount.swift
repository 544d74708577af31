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

    /// The lost writes by key, earliest acknowledgement first, at most `listLimit`.
    public var losses: [Loss] = []
    public var resurrections: [Resurrection] = []
    public var garbageReadings: [GarbageReading] = []
    public var divergences: [Divergence] = []

    /// How many rows each list keeps; the counts are always complete.
    public static let listLimit = 10_000

    public init() {}

    /// Unknown writes, whatever became of them.
    public var unknown: Int { unknownPresent + unknownAbsent + unknownOverwritten }
}
