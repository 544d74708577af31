public import Histories

/// What a check of a history rests on, beside the history.
public struct CheckOptions: Sendable {
    /// What a read that returned nothing says.
    public enum NilReads: String, Sendable, CaseIterable {
        /// The key was absent.
        case absent
        /// Nothing: the client was told nothing.
        ///
        /// Whoever takes silence so asks only whether anything contradicts: a history that proves
        /// nothing is then valid, with a note, as Knossos has it.
        case any
    }

    /// In which order the versions of a register stand, beside what its reads show.
    ///
    /// Elle's `sequential-keys?` and `linearizable-keys?`: whoever knows that a store keeps one of them
    /// for each key by itself sees cycles under the weaker models too that the reads alone leave open.
    public enum KeyOrder: String, Sendable, CaseIterable {
        /// In any that the model allows.
        case unknown
        /// In the order in which each client wrote them.
        case sequential
        /// Also in the order of the clock.
        case linearizable
    }

    /// What every key holds before the first write.
    public var initial: ValueID
    public var nilReads: NilReads
    /// For transactions; `nil` for the model's own default.
    public var level: IsolationLevel?
    /// For registers in transactions.
    public var keyOrder: KeyOrder
    /// For banks: whether an account may be overdrawn.
    public var allowsOverdraft: Bool
    public var budget: SearchBudget
    /// Whether a search looks for few operations that contradict each other, which may take longer
    /// than to find that some do.
    public var explains: Bool

    public init(
        initial: ValueID = .absent,
        nilReads: NilReads = .absent,
        level: IsolationLevel? = nil,
        keyOrder: KeyOrder = .unknown,
        allowsOverdraft: Bool = false,
        budget: SearchBudget = SearchBudget(),
        explains: Bool = true
    ) {
        self.initial = initial
        self.nilReads = nilReads
        self.level = level
        self.keyOrder = keyOrder
        self.allowsOverdraft = allowsOverdraft
        self.budget = budget
        self.explains = explains
    }
}

/// How far a search may go before its answer is `unknown`.
public struct SearchBudget: Sendable, Hashable {
    public var states: Int
    public var bytes: Int

    public init(states: Int = 50_000_000, bytes: Int = 2 << 30) {
        self.states = states
        self.bytes = bytes
    }
}

/// What isolation a history of transactions is held against, the weakest first.
public enum IsolationLevel: String, Sendable, Hashable, CaseIterable {
    case readCommitted = "read-committed"
    case readAtomic = "read-atomic"
    case causal
    case repeatableRead = "repeatable-read"
    case snapshotIsolation = "snapshot-isolation"
    case strongSnapshotIsolation = "strong-snapshot-isolation"
    case serializable
    case strictSerializable = "strict-serializable"

    /// Its name, and whether nobody asked for it.
    func words(isDefault: Bool) -> String { rawValue + (isDefault ? " (default)" : "") }
}
