/// When un-synced data is synced under `log-everysec`, and what may be acknowledged meanwhile.
///
/// A power loss may take what is younger than the limit, and nothing else: acknowledgements stop while
/// something older is not synced.
public struct SyncSchedule: Sendable {
    /// Nanoseconds between two syncs.
    public static let interval: UInt64 = 1_000_000_000
    public static let stalenessLimit: UInt64 = 2_000_000_000

    /// When the oldest write was made that no sync has begun to cover.
    private var oldestUncovered: UInt64?
    /// When the oldest write was made that the running sync covers.
    private var oldestInFlight: UInt64?
    /// Written, but not yet reported.
    private var heldBack: UInt64?

    public init() {}

    public func isStale(at now: UInt64) -> Bool {
        guard let oldest = oldestInFlight ?? oldestUncovered else { return false }
        return now > oldest + Self.stalenessLimit
    }

    /// Notes a write; returns the sequence number that may be reported, if any may.
    public mutating func wrote(upTo sequence: UInt64, at now: UInt64) -> UInt64? {
        oldestUncovered = oldestUncovered ?? now
        guard !isStale(at: now) else {
            heldBack = sequence
            return nil
        }
        heldBack = nil
        return sequence
    }

    /// Begins a sync; false where there is nothing to sync.
    public mutating func beginSync() -> Bool {
        guard oldestUncovered != nil else { return false }
        oldestInFlight = oldestUncovered
        oldestUncovered = nil
        return true
    }

    /// Ends it; returns the sequence number that was held back and may be reported now.
    public mutating func endSync(at now: UInt64) -> UInt64? {
        oldestInFlight = nil
        guard !isStale(at: now) else { return nil }
        defer { heldBack = nil }
        return heldBack
    }

    /// Reports nothing that was held back.
    public mutating func abandon() { heldBack = nil }
}
