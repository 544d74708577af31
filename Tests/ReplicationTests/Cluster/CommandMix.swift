import Coordination
import Determinism
import Replication
import Topology

/// Clients of a virtual cluster that compare and set, count, append, and do several of it at once,
/// alone or on what they watch; and what must be true of what they leave.
final class CommandMix {
    private let cluster: VirtualCluster
    private let primary: (ShardID) -> NodeID
    /// Whether the mode may lose what it acknowledged.
    private let allowsLoss: Bool
    private(set) var violations: [String] = []
    private var isRunning = true
    private var attempts: [String: Attempts] = [:]
    /// Per compared value, the value that it was to replace.
    private var replaced: [String: String] = [:]
    private var issued = 0
    /// What was applied when a node's transactions were last looked at.
    private var checked: [Int: UInt64] = [:]

    /// Keys of each kind, each on a shard of its own as far as there are as many.
    private static let width = 2
    private static let patience: UInt64 = 2_000_000_000

    init(
        _ cluster: VirtualCluster,
        allowsLoss: Bool,
        primary: @escaping (ShardID) -> NodeID
    ) {
        self.cluster = cluster
        self.allowsLoss = allowsLoss
        self.primary = primary
    }

    func begin() {
        cluster.afterStep = { [weak self] node in self?.checkTransactions(of: node) }
        for number in 0..<Self.width {
            count(number)
            append(number)
            transact(number)
            for _ in 0..<2 {
                compare(number)
                watch(number)
            }
        }
    }

    func stop() { isRunning = false }

    // What clients do.

    private func shard(_ number: Int) -> ShardID {
        ShardID(UInt16(number % cluster.options.shards))
    }

    private func ask(
        _ command: Command,
        of number: Int,
        to node: NodeID? = nil,
        tickets: [WatchTicket] = [],
        _ then: @escaping (VirtualCluster.RequestOutcome) -> Void
    ) {
        var isDone = false
        let finish = { [cluster] (outcome: VirtualCluster.RequestOutcome) in
            guard !isDone else { return }
            isDone = true
            // An answer travels: nobody asks again while the node still carries its decisions out.
            cluster.after(50_000) { then(outcome) }
        }
        let shard = shard(number)
        cluster.request(
            command,
            shard: shard,
            to: node ?? primary(shard),
            tickets: tickets,
            finish
        )
        cluster.after(Self.patience) { finish(.unknown) }
    }

    private func again(_ body: @escaping () -> Void) {
        guard isRunning else { return }
        cluster.after(10_000_000 + cluster.random.next(upperBound: 30_000_000), body)
    }

    private func next() -> Int {
        issued += 1
        return issued
    }

    private func note(_ sequence: Int, of key: String, _ outcome: VirtualCluster.RequestOutcome) {
        let fate: Attempts.Fate =
            switch outcome {
            case .reply(.null), .reply(.aborted), .refused: .refused
            case .reply: .acknowledged
            case .unknown: .unknown
            }
        attempts[key, default: Attempts()].fates[sequence] = fate
    }

    private func count(_ number: Int) {
        let sequence = next()
        ask(command("INCRBY counter-\(number) 1"), of: number) { [self] outcome in
            note(sequence, of: "counter-\(number)", outcome)
            again { [self] in count(number) }
        }
    }

    private func append(_ number: Int) {
        let sequence = next()
        ask(command("RPUSH list-\(number) \(sequence)"), of: number) { [self] outcome in
            note(sequence, of: "list-\(number)", outcome)
            again { [self] in append(number) }
        }
    }

    private func transact(_ number: Int) {
        let sequence = next()
        let parts = [
            "RPUSH all-list-\(number) \(sequence)", "INCRBY all-counter-\(number) 1",
            "LLEN all-list-\(number)", "SET all-last-\(number) \(sequence)",
        ]
        ask(transaction(parts), of: number) { [self] outcome in
            if case .reply(.replies(let replies)) = outcome, replies[0] != replies[1] {
                violations.append("torn: a transaction on \(number) answers \(replies)")
            }
            note(sequence, of: "all-list-\(number)", outcome)
            again { [self] in transact(number) }
        }
    }

    private func compare(_ number: Int) {
        let key = "compared-\(number)"
        ask(command("GET \(key)"), of: number) { [self] outcome in
            guard let seen = Self.text(outcome) else {
                return again { [self] in compare(number) }
            }
            let sequence = next()
            replaced["\(sequence)"] = seen
            let condition = seen.isEmpty ? "NX" : "IFEQ \(seen)"
            ask(command("SET \(key) \(sequence) \(condition)"), of: number) { [self] outcome in
                note(sequence, of: key, outcome)
                again { [self] in compare(number) }
            }
        }
    }

    private func watch(_ number: Int) {
        let key = "watched-\(number)"
        let node = primary(shard(number))
        ask(command("WATCH \(key)"), of: number, to: node) { [self] outcome in
            guard case .reply(.watching(let ticket)) = outcome else {
                return again { [self] in watch(number) }
            }
            ask(command("GET \(key)"), of: number, to: node) { [self] outcome in
                guard let seen = Self.text(outcome) else {
                    cluster[node].core?.unwatch(ticket)
                    return again { [self] in watch(number) }
                }
                let next = "SET \(key) \((Int(seen) ?? 0) + 1)"
                let sequence = self.next()
                ask(transaction([next]), of: number, to: node, tickets: [ticket]) {
                    [self] outcome in
                    cluster[node].core?.unwatch(ticket)
                    note(sequence, of: key, outcome)
                    again { [self] in watch(number) }
                }
            }
        }
    }

    private static func text(_ outcome: VirtualCluster.RequestOutcome) -> String? {
        switch outcome {
        case .reply(.value(let record)): String(decoding: record.value, as: UTF8.self)
        case .reply(.null): ""
        default: nil
        }
    }

    // What must be true.

    /// On every replica and after every step, a transaction is there whole or not at all.
    private func checkTransactions(of node: NodeID) {
        for number in 0..<Self.width {
            let place = Int(node.value) * Self.width + number
            let now = Instant(nanoseconds: cluster.now)
            guard let core = cluster[node].core, let state = core.state(of: shard(number)),
                let applied = core.view(of: shard(number), at: now)?.applied,
                checked.updateValue(applied, forKey: place) != applied
            else { continue }
            let list = state.list(Array("all-list-\(number)".utf8))
            let count = list?.count ?? 0
            let last = list?.slice(count - 1..<count).elements.last ?? []
            let words = ["counter", "last"].map { word in
                let record = state.find(Array("all-\(word)-\(number)".utf8))
                return record.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
            }
            let expected =
                count == 0 ? ["", ""] : ["\(count)", String(decoding: last, as: UTF8.self)]
            guard words != expected else { continue }
            violations.append("torn: \(node) has \(words) beside \(expected) of \(number)")
        }
    }

    /// Looks at what the replicas hold in the end.
    func audit() {
        for number in 0..<Self.width {
            let states = (cluster.coordinator.map?[shard(number)].replicas ?? []).compactMap {
                cluster[$0.node].core?.state(of: shard(number))
            }
            for state in states { audit(state, number) }
        }
    }

    private func audit(_ state: KeyValueState, _ number: Int) {
        for kind in ["counter", "watched"] {
            let key = "\(kind)-\(number)"
            let attempts = attempts[key] ?? Attempts()
            let value = Int(string(key, in: state)) ?? 0
            violations += attempts.problems(count: value, allowsLoss).map { "\(key) \($0)" }
        }
        for kind in ["list", "all-list"] {
            let key = "\(kind)-\(number)"
            let list = state.list(Array(key.utf8)).map { strings($0.slice(0..<$0.count)) } ?? []
            let problems = (attempts[key] ?? Attempts())
                .problems(elements: list.map { Int($0) ?? -1 }, allowsLoss)
            violations += problems.map { "\(key) \($0)" }
        }
        let key = "compared-\(number)"
        var chain: [Int] = []
        var value = string(key, in: state)
        while let sequence = Int(value), chain.count <= issued {
            chain.insert(sequence, at: 0)
            value = replaced[value] ?? ""
        }
        let problems = (attempts[key] ?? Attempts()).problems(chain: chain, allowsLoss)
        violations += problems.map { "\(key) \($0)" }
    }

    private func string(_ key: String, in state: KeyValueState) -> String {
        state.find(Array(key.utf8)).map { String(decoding: $0.value, as: UTF8.self) } ?? ""
    }
}

/// What became of one key's changes, each with a number of its own, in the order of their making.
struct Attempts {
    var fates: [Int: Fate] = [:]

    enum Fate {
        case acknowledged
        /// Definitely not carried out.
        case refused
        case unknown
    }

    private func count(_ fate: Fate) -> Int { fates.values.count { $0 == fate } }

    /// Of a counter, each change having added one.
    func problems(count value: Int, _ allowsLoss: Bool) -> [String] {
        var problems: [String] = []
        if !allowsLoss, value < count(.acknowledged) {
            problems.append("is \(value), lost some of \(count(.acknowledged))")
        }
        if value > count(.acknowledged) + count(.unknown) {
            problems.append(
                "is \(value), beyond \(count(.acknowledged)) and \(count(.unknown)) unknown"
            )
        }
        return problems
    }

    /// Of a list that one client appended to, one change at a time.
    func problems(elements: [Int], _ allowsLoss: Bool) -> [String] {
        var problems = problems(chain: elements, allowsLoss)
        if elements != elements.sorted() { problems.append("is out of order") }
        return problems
    }

    /// Of changes that each stand for themselves.
    func problems(chain: [Int], _ allowsLoss: Bool) -> [String] {
        var problems: [String] = []
        let present = Set(chain)
        if present.count < chain.count { problems.append("holds a change twice") }
        for sequence in chain where fates[sequence] == .refused {
            problems.append("holds \(sequence), which was refused")
        }
        let lost = fates.filter { $0.value == .acknowledged && !present.contains($0.key) }
        if !allowsLoss, !lost.isEmpty { problems.append("lost \(lost.keys.sorted())") }
        return problems
    }
}
