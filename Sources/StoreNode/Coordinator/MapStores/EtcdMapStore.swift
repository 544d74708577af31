internal import Coordination
internal import CSystemCalls
internal import Synchronization
package import Topology

/// The map in etcd, and the leadership of several coordinators by one of its leases.
///
/// What is to be asked is decided by `Leadership`; this thread asks it.
package final class EtcdMapStore: MapStore {
    private let members: [Endpoint]
    private let prefix: String
    /// Nil where nobody wants to know afterwards who was in sync when.
    private let history: MapHistory?
    private let wakeUp: WakeUp
    private let shared = Mutex(Shared())
    private let thread = Mutex<NamedThread?>(nil)

    private struct Shared {
        var wanted: [LeadershipEvent] = []
        var isClosing = false
        /// Whether a lease is left to its own end, as it is when a process is killed.
        var isAbandoned = false
    }

    private static let tickMilliseconds: Int32 = 10

    /// - Parameter directory: where the history of the map goes, if anywhere.
    package init(
        _ members: [Endpoint],
        prefix: String,
        history directory: DataDirectory?
    ) throws(StartFailure) {
        self.members = members
        self.prefix = prefix
        history = directory.map { MapHistory($0) }
        do throws(FileFailure) {
            wakeUp = try WakeUp()
        } catch {
            throw .infrastructure(error.description)
        }
    }

    package func open(
        at address: Endpoint,
        _ tell: @escaping @Sendable (MapStoreEvent) -> Void
    ) throws(StartFailure) {
        let configuration = LeadershipConfiguration(address: address.description, prefix: prefix)
        do throws(FileFailure) {
            let thread = try NamedThread("etcd") { self.run(Leadership(configuration), tell) }
            self.thread.withLock { $0 = thread }
        } catch {
            throw .infrastructure(error.description)
        }
    }

    package func store(_ map: ClusterMap, turn: UInt64) {
        shared.withLock { $0.wanted.append(.store(map, turn: turn)) }
        wakeUp.wake()
    }

    package func yield(turn: UInt64) {
        shared.withLock { $0.wanted.append(.yield(turn: turn)) }
        wakeUp.wake()
    }

    package func sought() { shared.withLock { $0.wanted.append(.sought) } }

    package func close() { end(abandoned: false) }

    /// Ends without a word to etcd, as a process does that is killed.
    package func abandon() { end(abandoned: true) }

    private func end(abandoned: Bool) {
        shared.withLock { shared in
            if !shared.isClosing { shared.wanted.append(.resign) }
            shared.isClosing = true
            shared.isAbandoned = abandoned
        }
        wakeUp.wake()
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    private func run(_ leadership: Leadership, _ tell: (MapStoreEvent) -> Void) {
        var leadership = leadership
        let client = EtcdClient(members)
        var question: (request: EtcdRequest, patience: UInt64)?
        /// Maps that are being kept, by their epochs: only what is durable is history.
        var storing: ClusterMap?
        while !shared.withLock({ $0.isAbandoned }) {
            var events = takeWanted()
            if let asked = question {
                question = nil
                events.append(answer(of: client, to: asked.request, within: asked.patience))
            }
            events.append(.tick)
            for event in events {
                if case .store(let map, _) = event { storing = map }
                var effects: [LeadershipEffect] = []
                leadership.step(
                    event,
                    at: Instant(nanoseconds: ordeal_boottime_nanoseconds()),
                    into: &effects
                )
                for effect in effects {
                    if case .ask(let request, let patience) = effect {
                        question = (request, patience)
                    } else {
                        note(effect, &storing)
                        pass(effect, to: tell)
                    }
                }
            }
            if leadership.isOver { return }
            if question == nil { wakeUp.wait(milliseconds: Self.tickMilliseconds) }
        }
    }

    private func takeWanted() -> [LeadershipEvent] {
        shared.withLock { shared in
            defer { shared.wanted = [] }
            return shared.wanted
        }
    }

    private func answer(
        of client: EtcdClient,
        to request: EtcdRequest,
        within patience: UInt64
    ) -> LeadershipEvent {
        do throws(EtcdCodec.Trouble) {
            return .reply(try client.ask(request, within: patience))
        } catch {
            return .silence(error.reason)
        }
    }

    /// Keeps the history; who takes over writes down what it found, which may be news to everybody.
    private func note(_ effect: LeadershipEffect, _ storing: inout ClusterMap?) {
        switch effect {
        case .lead(let map?, _, _): history?.note(map)
        case .stored(let epoch):
            if let map = storing, map.epoch == epoch { history?.note(map) }
            storing = nil
        case .lead, .ask, .prolong, .follow, .note, .stop: break
        }
    }

    private func pass(_ effect: LeadershipEffect, to tell: (MapStoreEvent) -> Void) {
        switch effect {
        case .ask: break
        case .lead(let map, let turn, let until): tell(.leads(map, turn: turn, until: until))
        case .prolong(let until): tell(.prolonged(until: until))
        case .follow(let leader): tell(.follows(leader: leader))
        case .stored(let epoch): tell(.stored(epoch))
        case .note(let text): tell(.note(text))
        case .stop(let reason): tell(.failed(reason))
        }
    }
}
