/// What certainly went wrong among transactions, the names being Adya's and Elle's.
struct Anomaly: Sendable, Hashable {
    enum Kind: Int, Sendable, Hashable, CaseIterable {
        // Seen in single transactions or versions.
        case duplicateElements, cyclicVersions, incompatibleOrder, garbageRead
        case g1a, g1b, dirtyUpdate, futureRead, `internal`, nonRepeatableRead, lostUpdate
        // Cycles, the worst first.
        case g0, g1c, nonMonotonicRead, fracturedRead, causalityViolation, gSingle, gNonadjacent,
            g2Item
    }

    var kind: Kind
    /// For cycles: the order beside the data's that it takes.
    var order: EdgeOrder

    init(_ kind: Kind, _ order: EdgeOrder = .data) {
        self.kind = kind
        self.order = order
    }

    var name: String { kind.name + order.suffix }
}

extension Anomaly.Kind {
    var name: String {
        switch self {
        case .duplicateElements: "duplicate-elements"
        case .cyclicVersions: "cyclic-versions"
        case .incompatibleOrder: "incompatible-order"
        case .garbageRead: "garbage-read"
        case .g1a: "G1a"
        case .g1b: "G1b"
        case .dirtyUpdate: "dirty-update"
        case .futureRead: "future-read"
        case .internal: "internal"
        case .nonRepeatableRead: "non-repeatable-read"
        case .lostUpdate: "lost-update"
        case .g0: "G0"
        case .g1c: "G1c"
        case .nonMonotonicRead: "non-monotonic-read"
        case .fracturedRead: "fractured-read"
        case .causalityViolation: "causality-violation"
        case .gSingle: "G-single"
        case .gNonadjacent: "G-nonadjacent"
        case .g2Item: "G2-item"
        }
    }

    var meaning: String {
        switch self {
        case .duplicateElements: "an element that was added once is there twice"
        case .cyclicVersions: "versions of a key would each have to precede the other"
        case .incompatibleOrder: "two reads show orders of one list that cannot both be"
        case .garbageRead: "a value was read that nobody ever wrote"
        case .g1a: "aborted read: what a failed transaction wrote was read"
        case .g1b: "intermediate read: what a transaction wrote and then wrote over was read"
        case .dirtyUpdate: "a committed write rests on what a failed transaction wrote"
        case .futureRead: "a transaction read what it had not written yet"
        case .internal: "a transaction did not find what it had itself read or written before"
        case .nonRepeatableRead: "a transaction read a key twice and found two values"
        case .lostUpdate: "two transactions changed the same version, so one change is lost"
        case .g0: "write cycle: writes of transactions overwrote each other's both ways"
        case .g1c: "circular information flow: each saw or overwrote what the other wrote"
        case .nonMonotonicRead: "a transaction saw a newer state first and an older one then"
        case .fracturedRead: "a transaction saw one write of another and missed another of it"
        case .causalityViolation: "a transaction missed a write that came before what it saw"
        case .gSingle: "read skew: one overwritten read closes a cycle of what was seen and written"
        case .gNonadjacent: "overwritten reads, no two of them in a row, close a cycle"
        case .g2Item: "write skew: a cycle of reads that were overwritten"
        }
    }
}

extension Anomaly {
    /// The weakest models in which it cannot happen.
    var rulesOut: [IsolationModel] {
        switch (kind, order) {
        case (.duplicateElements, _), (.cyclicVersions, _), (.g0, .data): [.readUncommitted]
        case (.incompatibleOrder, _), (.garbageRead, _), (.g1a, _), (.g1b, _), (.dirtyUpdate, _),
            (.g1c, .data):
            [.readCommitted]
        case (.futureRead, _), (.internal, _), (.nonRepeatableRead, _):
            [.readAtomic, .repeatableRead]
        case (.lostUpdate, _): [.repeatableRead, .snapshotIsolation]
        case (.nonMonotonicRead, _): [.readCommitted]
        case (.fracturedRead, .data): [.readAtomic]
        case (.fracturedRead, _), (.causalityViolation, _): [.causal]
        case (.gSingle, .data), (.gNonadjacent, .data): [.repeatableRead, .snapshotIsolation]
        case (.g2Item, .data): [.repeatableRead]
        case (.g0, .process), (.g1c, .process): [.causal]
        case (.gSingle, .process), (.gNonadjacent, .process): [.strongSessionSnapshotIsolation]
        case (.g2Item, .process): [.strongSessionSerializable]
        case (.g0, .realtime), (.g1c, .realtime), (.gSingle, .realtime),
            (.gNonadjacent, .realtime):
            [.strongSnapshotIsolation]
        case (.g2Item, .realtime): [.strictSerializable]
        }
    }
}
