import Histories

/// How stale reads were: by how much time and by how many versions.
///
/// The time is Golab, Li and Shah's (PODC 2011): how much earlier a read would have had to be asked
/// to be in order, from the moment when a newer value certainly was there. The versions are those
/// that were there by then.
public struct StalenessAccount: Sendable, Hashable, Codable {
    /// Reads of which something is known.
    public private(set) var reads = 0
    public private(set) var staleReads = 0
    /// Reads of values that nobody wrote, or of nothing where something had been deleted.
    public private(set) var unjudgedReads = 0
    /// Keys whose values were not unique: nothing is known of their reads.
    public private(set) var unjudgedKeys = 0
    /// Of the stale reads, in nanoseconds; empty where the history has no times.
    public private(set) var nanoseconds = LagSpread()
    /// Of the stale reads.
    public private(set) var versions = LagSpread()

    public init() {}

    static func unjudgedKey() -> Self {
        var account = Self()
        account.unjudgedKeys = 1
        return account
    }

    init(_ key: VersionsOfKey, _ history: History) {
        self.init()
        reads = key.reads.count
        unjudgedReads = key.unjudged
        var stale: [(lower: Int, invoked: Int64)] = []
        for read in key.reads {
            let invoked = history.operations[read.place].invoked
            let replaced = key.replaced(read.version)
            guard replaced < invoked else { continue }
            stale.append((key.firstWritten(after: key.settled(read.version)), invoked))
            if let lag = history.nanoseconds(from: replaced, to: invoked) { nanoseconds.add(lag) }
        }
        staleReads = stale.count
        count(&stale, key)
    }

    /// Counts for each stale read the versions newer than its own that were there when it was asked:
    /// moments in order, a tree of sums over the versions.
    private mutating func count(
        _ stale: inout [(lower: Int, invoked: Int64)],
        _ key: VersionsOfKey
    ) {
        guard !stale.isEmpty else { return }
        stale.sort { ($0.invoked, $0.lower) < ($1.invoked, $1.lower) }
        let settled = key.versions.indices.sorted {
            (key.versions[$0].settled, $0) < (key.versions[$1].settled, $1)
        }
        var sums = [Int](repeating: 0, count: key.versions.count + 1)
        var next = 0
        for read in stale {
            while next < settled.count, key.versions[settled[next]].settled < read.invoked {
                var place = settled[next] + 1
                while place < sums.count {
                    sums[place] += 1
                    place += place & -place
                }
                next += 1
            }
            var below = 0
            var place = read.lower
            while place > 0 {
                below += sums[place]
                place -= place & -place
            }
            versions.add(Int64(next - below))
        }
    }

    public mutating func add(_ other: Self) {
        reads += other.reads
        staleReads += other.staleReads
        unjudgedReads += other.unjudgedReads
        unjudgedKeys += other.unjudgedKeys
        nanoseconds.add(other.nanoseconds)
        versions.add(other.versions)
    }

    /// One line: how many reads were stale, and how stale half of them, nearly all and the worst.
    public var text: String {
        guard reads > 0 else { return "staleness: no read could be judged" }
        guard staleReads > 0 else {
            return "staleness: none of \(Count.text(reads, "read")) was stale"
        }
        let spread = [0.5, 0.99, 1].map { share in
            Self.milliseconds(nanoseconds.quantile(share))
        }
        let time =
            nanoseconds.count == 0
            ? "" : ", by \(spread[0]) (median), \(spread[1]) (99 %), \(spread[2]) (worst)"
        let counts = [0.5, 0.99, 1].map { "\(versions.quantile($0))" }
        let stale = "\(Count.text(staleReads)) of \(Count.text(reads, "read"))"
        return "staleness: \(stale) \(staleReads == 1 ? "was" : "were") stale\(time), and by "
            + "\(counts[0]), \(counts[1]), \(counts[2]) versions"
    }

    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let microseconds = nanoseconds / 1000
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count)
            + fraction + " ms"
    }
}

extension History {
    /// The time between two moments of the clock; nil where it is not known.
    func nanoseconds(from start: Int64, to end: Int64) -> Int64? {
        switch clock {
        case .nanoseconds: return end - start
        case .events:
            guard let first = Int(exactly: start), let last = Int(exactly: end),
                nanoseconds.indices.contains(first), nanoseconds.indices.contains(last)
            else { return nil }
            return max(0, nanoseconds[last] - nanoseconds[first])
        case .sessions: return nil
        }
    }
}
