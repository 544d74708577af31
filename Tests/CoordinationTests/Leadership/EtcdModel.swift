import Coordination
import Topology

/// etcd in memory: one moment after the other, as its majority sees it.
struct EtcdModel {
    private(set) var revision: Int64 = 1
    var term: UInt64 = 2
    private var entries: [String: EtcdEntry] = [:]
    private var leases: [Int64: (seconds: Int64, end: UInt64)] = [:]
    private var lastLease: Int64 = 0
    /// Every map that was put, in order.
    private(set) var maps: [ClusterMap] = []
    /// Of its own clock, which need not be as fast as the others'.
    private(set) var now: UInt64 = 0

    /// Lets time pass, and leases end.
    mutating func advance(to time: UInt64) {
        now = time
        for (lease, state) in leases.sorted(by: { $0.key < $1.key }) where state.end <= now {
            revoke(lease)
        }
    }

    /// A deposed leader that does not know it answers every second request to keep a lease until then,
    /// and its successor hears nothing of it.
    private var isDeceivedUntil: UInt64 = 0
    private var deceptions = 0

    /// Every lease lasts its full time again, as it does when another member comes to lead.
    mutating func changeLeader() {
        term += 1
        isDeceivedUntil = now + 6_000_000_000
        for lease in leases.keys.sorted() { keep(lease) }
    }

    mutating func answer(_ request: EtcdRequest) -> EtcdReply {
        switch request {
        case .grantLease(let seconds):
            lastLease += 1
            leases[lastLease] = (max(2, seconds), now)
            keep(lastLease)
            return reply(.granted(lease: lastLease, seconds: max(2, seconds)))
        case .keepLease(let lease):
            if now < isDeceivedUntil {
                deceptions += 1
                guard deceptions.isMultiple(of: 2) else {
                    return EtcdReply(revision: revision, term: term - 1, .kept(seconds: 2))
                }
            }
            guard let state = leases[lease] else { return reply(.kept(seconds: 0)) }
            keep(lease)
            return reply(.kept(seconds: state.seconds))
        case .revokeLease(let lease):
            guard leases[lease] != nil else { return reply(.leaseMissing) }
            revoke(lease)
            return reply(.revoked)
        case .transaction(let transaction): return answer(transaction)
        }
    }

    func entry(_ key: String) -> EtcdEntry? { entries[key] }

    private mutating func answer(_ transaction: EtcdTransaction) -> EtcdReply {
        let holds = transaction.conditions.allSatisfy { condition in
            switch condition {
            case .created(let key, let revision): (entries[key]?.created ?? 0) == revision
            case .modified(let key, let revision): (entries[key]?.modified ?? 0) == revision
            }
        }
        let operations = holds ? transaction.success : transaction.failure
        var leaseIsMissing = false
        var isWriting = false
        for case .put(_, _, let lease) in operations {
            isWriting = true
            if let lease, leases[lease] == nil { leaseIsMissing = true }
        }
        if leaseIsMissing { return reply(.leaseMissing) }
        if isWriting { revision += 1 }
        var reads: [EtcdEntry?] = []
        for operation in operations {
            switch operation {
            case .read(let key): reads.append(entries[key])
            case .put(let key, let value, let lease):
                entries[key] = EtcdEntry(
                    value: value,
                    created: entries[key]?.created ?? revision,
                    modified: revision,
                    lease: lease ?? 0
                )
                if let map = ClusterMap(encoded: value) { maps.append(map) }
            }
        }
        return reply(.transaction(succeeded: holds, reads))
    }

    private func reply(_ result: EtcdReply.Result) -> EtcdReply {
        EtcdReply(revision: revision, term: term, result)
    }

    private mutating func keep(_ lease: Int64) {
        guard let state = leases[lease] else { return }
        leases[lease]?.end = now + UInt64(state.seconds) * 1_000_000_000
    }

    private mutating func revoke(_ lease: Int64) {
        leases[lease] = nil
        let gone = entries.filter { $0.value.lease == lease }.keys
        guard !gone.isEmpty else { return }
        revision += 1
        for key in gone { entries[key] = nil }
    }
}
