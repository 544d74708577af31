import Coordination
import Dispatch
import StoreNode
import Testing
import Topology

/// Two that would coordinate, a map in a real etcd, and what keeps them apart.
@Suite(.enabled(if: etcdExecutable != nil, "etcd-server is not installed"))
struct EtcdFenceTests {
    /// A coordinator's part in the leadership, asked step by step.
    private final class Candidate {
        private var leadership: Leadership
        private let client: EtcdClient
        /// Makes what is asked wrong, where a flaw is planted.
        private let alter: (EtcdRequest) -> EtcdRequest
        private(set) var map: ClusterMap?
        private(set) var leads = false
        private(set) var turn: UInt64 = 0
        private(set) var lease: Int64 = 0
        private(set) var stored: [Epoch] = []

        init(
            _ name: String,
            of etcd: RunningEtcd,
            ignoresItsLease: Bool = false,
            alter: @escaping (EtcdRequest) -> EtcdRequest = { $0 }
        ) {
            var configuration = LeadershipConfiguration(address: name)
            if ignoresItsLease {
                configuration.trustedPercent = 100_000
                configuration.renewalInterval = 1_000_000_000_000
            }
            leadership = Leadership(configuration)
            client = EtcdClient(etcd.members)
            self.alter = alter
        }

        func step(_ event: LeadershipEvent) {
            var events = [event]
            while !events.isEmpty {
                var effects: [LeadershipEffect] = []
                let now = Instant(nanoseconds: DispatchTime.now().uptimeNanoseconds)
                leadership.step(events.removeFirst(), at: now, into: &effects)
                for effect in effects {
                    switch effect {
                    case .ask(let request, let patience): events.append(ask(request, patience))
                    case .lead(let map, let turn, _):
                        (leads, self.map, self.turn) = (true, map, turn)
                    case .follow: leads = false
                    case .stored(let epoch): stored.append(epoch)
                    case .prolong, .note: break
                    case .stop(let reason): Issue.record("\(reason)")
                    }
                }
            }
        }

        /// Competes until it leads.
        var comesToLead: Bool {
            comesTrue {
                step(.tick)
                return leads
            }
        }

        /// Lets go of its lease as etcd does by itself where nobody prolongs it, and does not know it.
        func loseLease() throws {
            _ = try client.ask(.revokeLease(lease), within: 1_000_000_000)
        }

        private func ask(_ request: EtcdRequest, _ patience: UInt64) -> LeadershipEvent {
            do throws(EtcdCodec.Trouble) {
                let reply = try client.ask(alter(request), within: patience)
                if case .granted(let lease, _) = reply.result { self.lease = lease }
                return .reply(reply)
            } catch {
                return .silence(error.reason)
            }
        }
    }

    private static func map(_ epoch: UInt64) -> ClusterMap {
        ClusterMap(
            cluster: ClusterID(9),
            epoch: Epoch(epoch),
            placement: "ring",
            replication: "quorum",
            replicaCount: 1,
            election: ElectionRule(electsFromInSync: true, recoverySetSize: 1, minimumInSync: 1),
            nodes: [],
            shards: []
        )
    }

    /// Lets one lead and keep a map, then another, and then the first keep one that nobody asked for.
    ///
    /// Returns the first one, and the map that a third finds.
    private func lateWrite(
        _ etcd: RunningEtcd,
        alter: @escaping (EtcdRequest) -> EtcdRequest = { $0 }
    ) throws -> (late: Candidate, map: ClusterMap?) {
        let late = Candidate("late", of: etcd, ignoresItsLease: true, alter: alter)
        #expect(late.comesToLead)
        late.step(.store(Self.map(1), turn: late.turn))
        #expect(late.stored == [Epoch(1)])
        try late.loseLease()
        let next = Candidate("next", of: etcd)
        #expect(next.comesToLead)
        #expect(next.map?.epoch == Epoch(1))
        next.step(.store(Self.map(2), turn: next.turn))
        #expect(next.stored == [Epoch(2)])
        #expect(late.leads, "it knows nothing of all that")
        late.step(.store(Self.map(7), turn: late.turn))
        next.step(.resign)
        late.step(.resign)
        let last = Candidate("last", of: etcd)
        #expect(last.comesToLead)
        last.step(.resign)
        return (late, last.map)
    }

    @Test func `who lost the leadership and does not know it changes no map`() throws {
        try withEtcd(members: 1) { etcd in
            let (late, map) = try lateWrite(etcd)
            #expect(late.stored == [Epoch(1)])
            #expect(!late.leads)
            #expect(map?.epoch == Epoch(2))
        }
    }

    /// The control: what keeps a late map out is the transaction's conditions, and nothing else.
    @Test func `without its conditions a late map would take the place of the newer one`() throws {
        try withEtcd(members: 1) { etcd in
            let (late, map) = try lateWrite(etcd) { request in
                guard case .transaction(var transaction) = request,
                    case .modified? = transaction.conditions.last
                else { return request }
                transaction.conditions = []
                return .transaction(transaction)
            }
            #expect(late.stored == [Epoch(1), Epoch(7)])
            #expect(map?.epoch == Epoch(7))
        }
    }
}
