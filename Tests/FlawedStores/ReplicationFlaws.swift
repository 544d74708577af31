import Replication
import Simulation
import Topology

/// An honest mode in everything but what a flaw changes.
protocol FlawedMode: ReplicationMode {
    associatedtype Honest: ReplicationMode
    var honest: Honest { get }
    init(honest: Honest)
}

extension FlawedMode {
    static var name: String { Honest.name }
    static var summary: String { "planted flaw" }
    static var settingsHelp: String? { Honest.settingsHelp }

    init() { self.init(honest: Honest()) }
    init?(settings: [String]) {
        guard let honest = Honest(settings: settings) else { return nil }
        self.init(honest: honest)
    }

    var settings: [String] { honest.settings }
    var usesInSyncSet: Bool { honest.usesInSyncSet }
    var acknowledgesUnderLease: Bool { honest.acknowledgesUnderLease }
    var prefersHighestLog: Bool { honest.prefersHighestLog }
    var isChain: Bool { honest.isChain }
    var fallback: ReplicationFallback? { honest.fallback }
    func problem(replicaCount: Int) -> String? { honest.problem(replicaCount: replicaCount) }
    func minimumInSync(replicaCount: Int) -> Int {
        honest.minimumInSync(replicaCount: replicaCount)
    }
    func recoverySetSize(replicaCount: Int) -> Int {
        honest.recoverySetSize(replicaCount: replicaCount)
    }
    func acknowledgedIndex(own: UInt64, backups: [ReplicaProgress], replicaCount: Int) -> UInt64 {
        honest.acknowledgedIndex(own: own, backups: backups, replicaCount: replicaCount)
    }
    func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        honest.leaseStart(backups: backups, replicaCount: replicaCount)
    }
}

struct HastyMode<Honest: ReplicationMode>: FlawedMode {
    let honest: Honest
    init(honest: Honest) { self.honest = honest }
    func acknowledgedIndex(own: UInt64, backups: [ReplicaProgress], replicaCount: Int) -> UInt64 {
        own
    }
}

struct LeaselessMode<Honest: ReplicationMode>: FlawedMode {
    let honest: Honest
    init(honest: Honest) { self.honest = honest }
    func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? { nil }
}

struct AcknowledgesBeforeReplicating: StoreFlaw {
    static let name = "acknowledge-before-replicating"
    static let summary = "a write is acknowledged when the primary alone has it"

    func modes(_ honest: [any ReplicationMode.Type]) -> [any ReplicationMode.Type] {
        [
            HastyMode<SynchronousReplication>.self, HastyMode<QuorumReplication>.self,
            HastyMode<SemiSynchronousReplication>.self,
        ]
            + honest.filter {
                ![
                    SynchronousReplication.name, QuorumReplication.name,
                    SemiSynchronousReplication.name,
                ].contains($0.name)
            }
    }
}

struct IgnoresTheLease: StoreFlaw {
    static let name = "ignore-the-lease"
    static let summary = "a primary reads without asking whether it still reigns"

    func modes(_ honest: [any ReplicationMode.Type]) -> [any ReplicationMode.Type] {
        [
            LeaselessMode<SynchronousReplication>.self, LeaselessMode<QuorumReplication>.self,
            LeaselessMode<SemiSynchronousReplication>.self,
            LeaselessMode<AsynchronousReplication>.self,
        ]
            + honest.filter {
                ![
                    SynchronousReplication.name, QuorumReplication.name,
                    SemiSynchronousReplication.name, AsynchronousReplication.name,
                ].contains($0.name)
            }
    }
}

struct AppliesBeforeCommit: StoreFlaw {
    static let name = "apply-before-commit"
    static let summary = "a backup applies what it is sent, committed or not"

    func heard(_ event: Event, at now: Instant) -> Event {
        guard case .message(let node, .appends(var appends)) = event else { return event }
        for index in appends.indices {
            let end = appends[index].previous.index + UInt64(appends[index].entries.count)
            appends[index].commit = max(appends[index].commit, end)
        }
        return .message(from: node, .appends(appends))
    }
}

struct CountsTheLeaseFromItsAnswer: StoreFlaw {
    static let name = "lease-from-the-answer"
    static let summary = "a lease counts from when the answer came, not from when the poll was sent"

    func heard(_ event: Event, at now: Instant) -> Event {
        guard case .message(let node, .pollAnswer(var answer)) = event else { return event }
        answer.sentAt = now
        return .message(from: node, .pollAnswer(answer))
    }
}

struct ForgetsGrants: StoreFlaw {
    static let name = "forget-grants"
    static let summary = "a replica tells a new primary that it granted nothing to the old one"

    func wanted(_ effect: Effect) -> Effect? {
        guard case .send(let node, .recoverAnswers(var answers)) = effect else { return effect }
        for index in answers.indices { answers[index].grants = [] }
        return .send(to: node, .recoverAnswers(answers))
    }
}

struct ServesAfterDemotion: StoreFlaw {
    static let name = "serve-after-demotion"
    static let summary = "a node that reigned a moment ago goes on answering reads"

    func serves(_ may: Bool, sinceItMight: UInt64?) -> Bool {
        may || sinceItMight.map { $0 < 1_000_000_000 } == true
    }
}
