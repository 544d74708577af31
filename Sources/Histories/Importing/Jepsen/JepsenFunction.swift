/// What an operation does, by the many names that test suites have for it.
enum JepsenFunction: String {
    case read
    case write
    case compareAndSet = "compare and set"
    case delete
    case add
    case subtract
    case append
    case acquire
    case release
    case transfer
    case transaction

    init(
        _ event: JepsenEvent,
        _ subject: HistorySubject,
        _ tree: FormTree,
        _ bytes: [UInt8]
    ) throws(FormStop) {
        guard let node = event.function, tree.kind(node) != .nothing else {
            // Elle's histories may leave it out.
            guard subject == .lists || subject == .registers else {
                throw .fault(.missing(field: "f"), at: tree.start(0))
            }
            self = .transaction
            return
        }
        switch tree.kind(node) {
        case .keyword, .text, .symbol: break
        default: throw JepsenEvent.wrong("f", "a name", node, tree, bytes)
        }
        let name = FormText.plain(tree.range(node), bytes)
        guard let function = Self(name: name, subject) else {
            throw .fault(.unknownFunction(name, subject: subject), at: tree.start(node))
        }
        self = function
    }

    /// The function of an action that was read before.
    init(_ action: Action, _ subject: HistorySubject) {
        self =
            switch action {
            case .read, .readAll, .readCounter: .read
            case .write: .write
            case .compareAndSet: .compareAndSet
            case .delete: .delete
            case .add(let amount, _): amount < 0 ? .subtract : .add
            case .insert: .add
            case .append: .append
            case .acquire: .acquire
            case .release: .release
            case .transfer: .transfer
            case .transaction: subject == .bank ? .read : .transaction
            }
    }

    /// Whether one is the answer to the other: of a counter both ways of adding are one.
    func fits(_ asked: Self) -> Bool {
        self == asked || [self, asked].allSatisfy { $0 == .add || $0 == .subtract }
    }

    private init?(name: String, _ subject: HistorySubject) {
        switch (name == "final-read" ? "read" : name, subject) {
        case ("txn", .register), ("txn", .registers), ("txn", .lists): self = .transaction
        case ("read", .registers), ("write", .registers), ("r", .registers), ("w", .registers),
            ("read", .lists), ("append", .lists), ("r", .lists), ("read-write", .registers):
            self = .transaction
        case ("read", .register), ("get", .register), ("r", .register): self = .read
        case ("write", .register), ("put", .register), ("set", .register), ("w", .register):
            self = .write
        case ("cas", .register): self = .compareAndSet
        case ("delete", .register), ("del", .register): self = .delete
        case ("acquire", .mutex), ("lock", .mutex): self = .acquire
        case ("release", .mutex), ("unlock", .mutex): self = .release
        case ("read", .counter), ("get", .counter): self = .read
        case ("add", .counter), ("increment", .counter), ("inc", .counter), ("incr", .counter):
            self = .add
        case ("decrement", .counter), ("dec", .counter), ("decr", .counter),
            ("subtract", .counter):
            self = .subtract
        case ("read", .set), ("get", .set): self = .read
        case ("add", .set), ("insert", .set): self = .add
        case ("read", .text), ("get", .text): self = .read
        case ("write", .text), ("put", .text): self = .write
        case ("append", .text), ("add", .text): self = .append
        // A read of balances that was never answered has no steps by which a writer could tell.
        case ("read", .bank), ("txn", .bank): self = .read
        case ("transfer", .bank): self = .transfer
        default: return nil
        }
    }
}
