/// What a store may promise about transactions.
///
/// After Adya (1999), Cerone, Bernardi and Gotsman (CONCUR 2015), and Elle (VLDB 2020), which orders
/// them by what each forbids. Read atomicity here says nothing about a client's own order; causal
/// consistency does, as with Biswas and Enea (OOPSLA 2019).
enum IsolationModel: String, Sendable, Hashable, CaseIterable {
    case readUncommitted = "read-uncommitted"
    case readCommitted = "read-committed"
    case readAtomic = "read-atomic"
    case causal
    case repeatableRead = "repeatable-read"
    case snapshotIsolation = "snapshot-isolation"
    case strongSessionSnapshotIsolation = "strong-session-snapshot-isolation"
    case strongSnapshotIsolation = "strong-snapshot-isolation"
    case serializable
    case strongSessionSerializable = "strong-session-serializable"
    case strictSerializable = "strict-serializable"

    init(_ level: IsolationLevel) {
        self =
            switch level {
            case .readCommitted: .readCommitted
            case .readAtomic: .readAtomic
            case .causal: .causal
            case .repeatableRead: .repeatableRead
            case .snapshotIsolation: .snapshotIsolation
            case .strongSnapshotIsolation: .strongSnapshotIsolation
            case .serializable: .serializable
            case .strictSerializable: .strictSerializable
            }
    }

    /// The strongest of the models that it includes.
    private var includes: [IsolationModel] {
        switch self {
        case .readUncommitted: []
        case .readCommitted: [.readUncommitted]
        case .readAtomic, .repeatableRead: [.readCommitted]
        case .causal, .snapshotIsolation: [.readAtomic]
        case .strongSessionSnapshotIsolation: [.snapshotIsolation, .causal]
        case .strongSnapshotIsolation: [.strongSessionSnapshotIsolation]
        case .serializable: [.repeatableRead, .snapshotIsolation]
        case .strongSessionSerializable: [.serializable, .strongSessionSnapshotIsolation]
        case .strictSerializable: [.strongSessionSerializable, .strongSnapshotIsolation]
        }
    }

    /// Whether what satisfies this satisfies `other`.
    func implies(_ other: Self) -> Bool {
        self == other || includes.contains { $0.implies(other) }
    }
}

/// Which models a history still allows.
struct IsolationBoundary: Sendable, Equatable {
    /// The weakest models that it cannot have satisfied, and with them all that are stronger.
    let ruledOut: [IsolationModel]
    /// The strongest models that it may have satisfied.
    let possible: [IsolationModel]
    private let impossible: [IsolationModel]
    let anomalies: [Anomaly]

    init(_ anomalies: some Sequence<Anomaly>) {
        self.anomalies = Array(anomalies)
        let direct = Set(anomalies.flatMap(\.rulesOut))
        let impossible = IsolationModel.allCases.filter { model in
            direct.contains { model.implies($0) }
        }
        let left = IsolationModel.allCases.filter { !impossible.contains($0) }
        ruledOut = impossible.filter { model in
            !impossible.contains { $0 != model && model.implies($0) }
        }
        possible = left.filter { model in
            !left.contains { $0 != model && $0.implies(model) }
        }
        self.impossible = impossible
    }

    func rulesOut(_ model: IsolationModel) -> Bool { impossible.contains(model) }

    /// In words: `not read-committed; at most read-uncommitted`.
    var text: String {
        guard !ruledOut.isEmpty else { return "nothing is ruled out" }
        let no = "not " + ruledOut.map(\.rawValue).joined(separator: ", not ")
        guard !possible.isEmpty else { return no + "; no model is left" }
        return no + "; at most " + possible.map(\.rawValue).joined(separator: " or ")
    }
}
