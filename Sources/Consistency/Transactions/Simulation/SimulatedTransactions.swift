public import Histories

/// Histories of a store that keeps exactly what a level of isolation promises, and no more.
///
/// Versions are kept by the number of the commit that made them; a transaction reads at one such
/// number, at its beginning or at its end or anew for every step, which is what tells the levels
/// apart. For self-tests, tests and benchmarks.
public struct SimulatedTransactions: Sendable {
    /// What the store promises.
    public enum Promise: Sendable, Hashable, CaseIterable {
        case readCommitted, snapshotIsolation, strictSerializable
    }

    public enum Data: Sendable, Hashable {
        case lists, registers
    }

    public var promise: Promise
    public var data: Data
    public var transactions: Int
    public var clients: Int
    /// Keys in use at once.
    public var keys: Int
    /// After so many writes a key is left for a new one, so that lists stay short.
    public var writesPerKey: Int
    /// The most steps of a transaction.
    public var steps: Int
    /// Of a hundred transactions, how many answers are lost.
    public var lost: Int
    /// Of a hundred transactions, how many are given up for no reason.
    public var refused: Int
    public var seed: UInt64

    public init(
        promise: Promise,
        data: Data = .lists,
        transactions: Int,
        clients: Int = 10,
        keys: Int = 8,
        writesPerKey: Int = 32,
        steps: Int = 4,
        lost: Int = 2,
        refused: Int = 2,
        seed: UInt64
    ) {
        self.promise = promise
        self.data = data
        self.transactions = transactions
        self.clients = max(1, clients)
        self.keys = max(1, keys)
        self.writesPerKey = max(1, writesPerKey)
        self.steps = max(1, steps)
        self.lost = lost
        self.refused = refused
        self.seed = seed
    }

    public func history() -> History {
        var run = SimulatedStore(self)
        return run.history()
    }
}

/// One run of a simulated store: at every moment one client takes one step.
private struct SimulatedStore {
    private struct Key {
        var id: KeyID
        var values: [ValueID] = []
        var commits: [Int] = []
        var written = 0
    }

    private enum Step {
        case read(Int, seen: Int)
        case write(Int, ValueID)
    }

    private struct Client {
        var name: String
        var steps: [Step] = []
        var done = 0
        var isOpen = false
        var isCommitted = false
        var isRefused = false
        var snapshot = 0
    }

    private let settings: SimulatedTransactions
    private var dice: Dice
    private var builder = HistoryBuilder(clock: .nanoseconds)
    private var keys: [Key] = []
    private var active: [Int] = []
    private var clients: [Client] = []
    private var commits = 0
    private var begun = 0
    private var time: Int64 = 0
    private var names = 0

    init(_ settings: SimulatedTransactions) {
        self.settings = settings
        dice = Dice(seed: settings.seed)
        clients = (0..<settings.clients).map { Client(name: "\($0)") }
    }

    mutating func history() -> History {
        for _ in 0..<settings.keys { active.append(newKey()) }
        var open = 0
        while begun < settings.transactions || open > 0 {
            let client = dice.roll(clients.count)
            time += 1 + Int64(dice.roll(2000))
            if clients[client].isOpen {
                advance(client)
                if !clients[client].isOpen { open -= 1 }
            } else if begun < settings.transactions {
                begin(client)
                open += 1
            }
        }
        return builder.history
    }

    private mutating func newKey() -> Int {
        keys.append(Key(id: builder.key("k\(keys.count)")))
        return keys.count - 1
    }

    private mutating func begin(_ client: Int) {
        var steps: [Step] = []
        var own: [Int] = []
        for _ in 0...dice.roll(settings.steps) {
            let slot = dice.roll(active.count)
            let key = active[slot]
            guard dice.chance(50) else {
                // Without snapshots, what a list holds after one's own append is not settled yet.
                let isSettled = settings.promise != .readCommitted || !own.contains(key)
                if isSettled { steps.append(.read(key, seen: 0)) }
                continue
            }
            own.append(key)
            keys[key].written += 1
            steps.append(.write(key, builder.value("\(keys[key].written)")))
            if keys[key].written >= settings.writesPerKey { active[slot] = newKey() }
        }
        begun += 1
        clients[client].steps = steps
        clients[client].done = 0
        clients[client].isOpen = true
        clients[client].isCommitted = false
        clients[client].isRefused = false
        clients[client].snapshot = -1
        invoke(client)
    }

    private mutating func advance(_ client: Int) {
        if clients[client].isCommitted || clients[client].isRefused { return complete(client) }
        // A snapshot may only be taken once the question is out.
        if settings.promise == .snapshotIsolation, clients[client].snapshot < 0 {
            clients[client].snapshot = commits
            return
        }
        if settings.promise == .readCommitted, clients[client].done < clients[client].steps.count {
            read(client, clients[client].done, at: commits)
            clients[client].done += 1
            return
        }
        let snapshot =
            settings.promise == .snapshotIsolation ? clients[client].snapshot : commits
        if settings.promise != .readCommitted {
            for step in clients[client].steps.indices { read(client, step, at: snapshot) }
        }
        if dice.chance(settings.refused) || conflicts(client, since: snapshot) {
            clients[client].isRefused = true
        } else {
            commit(client)
        }
    }

    private mutating func read(_ client: Int, _ step: Int, at snapshot: Int) {
        guard case .read(let key, _) = clients[client].steps[step] else { return }
        var seen = keys[key].commits.count
        while seen > 0, keys[key].commits[seen - 1] > snapshot { seen -= 1 }
        clients[client].steps[step] = .read(key, seen: seen)
    }

    private func conflicts(_ client: Int, since snapshot: Int) -> Bool {
        guard settings.promise == .snapshotIsolation else { return false }
        return clients[client].steps.contains { step in
            guard case .write(let key, _) = step else { return false }
            return keys[key].commits.last ?? 0 > snapshot
        }
    }

    private mutating func commit(_ client: Int) {
        commits += 1
        clients[client].isCommitted = true
        for step in clients[client].steps {
            guard case .write(let key, let value) = step else { continue }
            keys[key].values.append(value)
            keys[key].commits.append(commits)
        }
    }

    private mutating func invoke(_ client: Int) {
        let asked = clients[client].steps.map { step in
            switch step {
            case .read(let key, _):
                TransactionStep(
                    key: keys[key].id,
                    kind: settings.data == .lists ? .readAll(nil) : .read(nil)
                )
            case .write(let key, let value): written(key, value)
            }
        }
        let steps = builder.steps(asked)
        try? builder.invoke(
            process: clients[client].name,
            key: KeyID(rawValue: 0),
            action: .transaction(steps),
            at: time
        )
    }

    private func written(_ key: Int, _ value: ValueID) -> TransactionStep {
        TransactionStep(
            key: keys[key].id,
            kind: settings.data == .lists ? .append(value) : .write(value)
        )
    }

    private mutating func complete(_ client: Int) {
        clients[client].isOpen = false
        let name = clients[client].name
        if dice.chance(settings.lost) {
            try? builder.complete(process: name, outcome: .unknown, at: time)
            return
        }
        guard !clients[client].isRefused else {
            try? builder.complete(process: name, outcome: .failed, at: time)
            return
        }
        guard
            case .transaction(let asked)? = builder.openOperation(of: name)?.action
        else { return }
        var answered: [TransactionStep] = []
        var own: [Int: [ValueID]] = [:]
        for step in clients[client].steps {
            switch step {
            case .write(let key, let value):
                own[key, default: []].append(value)
                answered.append(written(key, value))
            case .read(let key, let seen):
                answered.append(found(key, seen, own[key] ?? []))
            }
        }
        _ = builder.steps(answered, replacing: asked)
        try? builder.complete(process: name, outcome: .ok, at: time)
    }

    private mutating func found(_ key: Int, _ seen: Int, _ own: [ValueID]) -> TransactionStep {
        let values = keys[key].values.prefix(seen) + own
        switch settings.data {
        case .lists:
            return TransactionStep(key: keys[key].id, kind: .readAll(builder.list(values)))
        case .registers:
            return TransactionStep(key: keys[key].id, kind: .read(values.last ?? .absent))
        }
    }
}
