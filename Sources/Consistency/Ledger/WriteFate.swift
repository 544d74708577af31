/// What can become of a write.
public enum WriteFate: String, Sendable, Hashable, Codable, CaseIterable {
    /// Acknowledged, and there, or rightly replaced by a later write of the only client that writes it.
    case survived = "acknowledged-survived"
    /// Acknowledged and replaced by others' later writes, so that nobody can tell whether it was lost
    /// before that.
    case overwritten = "acknowledged-overwritten"
    /// Acknowledged and gone.
    case lost = "acknowledged-lost"
    /// Acknowledged, and an older write that nobody had acknowledged stands over it.
    case resurrected = "acknowledged-resurrected"
    /// An acknowledged delete of a key that came back.
    case deleteUndone = "delete-undone"
    /// Never acknowledged, and there.
    case unacknowledgedPresent = "unacknowledged-present"
    /// Never acknowledged, and not there.
    case unacknowledgedAbsent = "unacknowledged-absent"
    /// Never acknowledged and replaced since: nobody can tell.
    case unacknowledgedOverwritten = "unacknowledged-overwritten"
    /// Something stands there that nobody can have written.
    case garbage
    /// Applied more often than it was sent.
    case duplicateApplied = "duplicate-applied"
    /// The key's replicas hold different things after convergence.
    case divergent = "divergent-replicas"

    /// As in a table.
    public var title: String {
        switch self {
        case .survived: "acknowledged survived"
        case .overwritten: "overwritten, cannot be told"
        case .lost: "lost"
        case .resurrected: "resurrected"
        case .deleteUndone: "delete-undone"
        case .unacknowledgedPresent: "unacknowledged present"
        case .unacknowledgedAbsent: "unacknowledged absent"
        case .unacknowledgedOverwritten: "unacknowledged overwritten"
        case .garbage: "garbage"
        case .duplicateApplied: "duplicate-applied"
        case .divergent: "replicas that diverge"
        }
    }

    /// Whether a store that works brings it about.
    public var isWelcome: Bool {
        switch self {
        case .survived, .overwritten, .unacknowledgedPresent, .unacknowledgedAbsent,
            .unacknowledgedOverwritten:
            true
        case .lost, .resurrected, .deleteUndone, .garbage, .duplicateApplied, .divergent: false
        }
    }
}

/// All writes of one fate.
public struct FateAccount: Sendable, Hashable, Codable {
    /// The writes that follow one fault.
    public struct Share: Sendable, Hashable, Codable {
        /// The fault's position in the journal, from 0.
        public var fault: Int
        public var name: String
        public var count: Int
        /// Seconds between acknowledgement and the fault's applied time, never negative.
        public var leastLag: Double
        public var greatestLag: Double

        public init(
            fault: Int,
            name: String,
            count: Int,
            leastLag: Double,
            greatestLag: Double
        ) {
            self.fault = fault
            self.name = name
            self.count = count
            self.leastLag = leastLag
            self.greatestLag = greatestLag
        }
    }

    public var fate: WriteFate
    /// Whether the workload can show it: a zero means nothing where it cannot.
    public var isShown: Bool
    /// Writes; copies for garbage, and keys for replicas that diverge.
    public var count = 0
    public var keys = 0
    /// For each million acknowledged writes; nil where none was acknowledged.
    public var perMillion: Double?
    /// Of the values written; nil where the values have no size, as a counter's have none.
    public var bytes: Int?
    /// From the first to the last of the writes, by their acknowledgements or, where there is none,
    /// by when they were asked for; as far as those times are known.
    ///
    /// Of a key whose writes survived, the last one's is.
    public var from: Double?
    public var until: Double?
    /// By the fault that the writes follow, in the order of the journal.
    public var follows: [Share] = []

    public init(_ fate: WriteFate, isShown: Bool) {
        self.fate = fate
        self.isShown = isShown
    }
}

/// Counts fates while the keys of a trial are gone through.
struct FateTally {
    private var accounts: [FateAccount]
    private var lastKey: [WriteFate: Int] = [:]

    /// - Parameter shown: The fates that the workload can show.
    init(showing shown: Set<WriteFate>) {
        accounts = WriteFate.allCases.map { FateAccount($0, isShown: shown.contains($0)) }
    }

    /// - Parameter key: A number of the key; calls for one key and fate follow each other.
    /// - Parameter times: Seconds of the first and the last of the writes, where known.
    mutating func add(
        _ fate: WriteFate,
        _ count: Int,
        key: Int,
        bytes: Int? = nil,
        times: ClosedRange<Double>? = nil,
        follows: FaultJoin? = nil
    ) {
        guard count > 0, let place = accounts.firstIndex(where: { $0.fate == fate }) else { return }
        accounts[place].count += count
        if lastKey.updateValue(key, forKey: fate) != key { accounts[place].keys += 1 }
        if let bytes { accounts[place].bytes = (accounts[place].bytes ?? 0) + bytes }
        if let times {
            accounts[place].from = min(accounts[place].from ?? .infinity, times.lowerBound)
            accounts[place].until = max(accounts[place].until ?? -.infinity, times.upperBound)
        }
        if let follows { accounts[place].add(count, follows) }
    }

    /// One for each fate, in the order of `WriteFate`.
    func accounts(acknowledged: Int) -> [FateAccount] {
        accounts.map { account in
            var account = account
            if acknowledged > 0 {
                account.perMillion = Double(account.count) / Double(acknowledged) * 1e6
            }
            account.follows.sort { $0.fault < $1.fault }
            return account
        }
    }
}

extension FateAccount {
    fileprivate mutating func add(_ count: Int, _ join: FaultJoin) {
        if let place = follows.firstIndex(where: { $0.fault == join.fault }) {
            follows[place].count += count
            follows[place].leastLag = min(follows[place].leastLag, join.lag)
            follows[place].greatestLag = max(follows[place].greatestLag, join.lag)
        } else {
            follows.append(
                Share(
                    fault: join.fault,
                    name: join.name,
                    count: count,
                    leastLag: join.lag,
                    greatestLag: join.lag
                )
            )
        }
    }
}
