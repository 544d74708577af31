/// Replicas for schemes that know one bucket for a hash: the hash first, then hashes of it, until
/// enough different buckets that the zones allow were met.
///
/// All hashes are looked up in the same way, so each choice moves as the first one does; only where
/// two of them meet does a later one step in.
func chooseByRehashing(
    _ hash: UInt64,
    into chosen: inout MutableSpan<UInt32>,
    in domains: borrowing FaultDomains,
    bucket: (UInt64) -> UInt32
) {
    chosen[0] = bucket(hash)
    var attempt: UInt64 = 0
    for replica in 1..<max(1, chosen.count) {
        var candidate: UInt32
        repeat {
            attempt += 1
            candidate = bucket(StableHash.hash(hash, seed: attempt))
        } while !domains.allow(candidate, after: replica, of: chosen)
        chosen[replica] = candidate
    }
}

/// Scales a hash to a range, by its leading bits (Lemire, "Fast random integer generation in an
/// interval", 2019): a multiplication where a remainder would take a division.
func scaled(_ hash: UInt64, below bound: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(bound)).high)
}
