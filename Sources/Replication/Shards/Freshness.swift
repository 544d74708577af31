import Topology

/// How old a replica's state may be, by its own clock alone.
///
/// The primary returns with each poll when the replica sent the last answer that it had. Once what the
/// primary had committed by then is applied, the state holds everything that was committed when that
/// answer was sent.
struct Freshness {
    /// Nothing that was committed before is missing; `distantPast` while nothing is known.
    private(set) var asOf = Instant.distantPast
    /// What has to be applied first.
    private var awaited: (commit: UInt64, asOf: Instant)?

    /// A primary that held its lease sent this commit index after it had heard what was sent then.
    mutating func note(_ heardAt: Instant, commit: UInt64, applied: UInt64) {
        guard heardAt > asOf else { return }
        if commit <= applied {
            asOf = heardAt
            awaited = nil
        } else if awaited == nil {
            // An earlier one is reached sooner, so it is kept.
            awaited = (commit, heardAt)
        }
    }

    mutating func note(applied: UInt64) {
        guard let awaited, awaited.commit <= applied else { return }
        asOf = max(asOf, awaited.asOf)
        self.awaited = nil
    }

    mutating func forget() { self = Freshness() }
}
