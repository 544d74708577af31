public import Histories
internal import NIOCore
internal import NIOPosix
internal import Topology
public import Workloads

/// Reads keys from every replica that the cluster's map names, each directly.
///
/// Keys whose replicas disagree, or of which one did not answer, are read again until they settle or
/// the time is up: this is the wait for convergence, and what is read last is what counts.
public struct ReplicaAudit: Sendable {
    public var nodes: [ClusterNode]
    public var naming: KeyNaming
    /// Keys read at once; it bounds the memory.
    public var batch = 2048
    /// How long a node may take for a batch.
    public var timeout: Duration = .seconds(2)
    /// Between two readings of what has not settled.
    public var pause: Duration = .milliseconds(100)

    public init(nodes: [ClusterNode], naming: KeyNaming = KeyNaming()) {
        self.nodes = nodes
        self.naming = naming
    }

    /// What an audit came to, beyond the readings themselves.
    public struct Summary: Sendable, Equatable {
        public var keys = 0
        public var copies = 0
        public var unreadCopies = 0
        /// Keys whose replicas still disagreed, or did not all answer, when the time was up.
        public var unsettledKeys = 0
        /// How long it took until everything agreed; nil if it never did.
        public var settledAfter: Duration?
        /// Whether every slot that was asked for had replicas in the map.
        public var isMapComplete = true
    }

    /// The keys with at least one write, of all workers.
    public static func writtenKeys(of ledgers: [KeyLedger]) -> [Int] {
        ledgers.flatMap { ledger in
            ledger.entries.indices.lazy
                .filter { ledger.entries[$0].lastIssued > 0 }
                .map { ledger.keys.key(at: $0) }
        }
    }

    /// Reads every key and hands each over once: as soon as it has settled, or at the end.
    public func read(
        _ keys: [Int],
        settleWithin bound: Duration,
        each: (KeyCopies) -> Void
    ) async throws -> Summary {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let reading = AuditPass(audit: self, loop: group.next())
            let summary = try await reading.run(keys, settleWithin: bound, each: each)
            try await group.shutdownGracefully()
            return summary
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }
}

/// The readings of one audit, pass after pass.
private final class AuditPass {
    private let audit: ReplicaAudit
    private let loop: any EventLoop
    private var map = ReplicaMap([], nodes: [])
    private var readers: [Endpoint: NIOLoopBound<AuditReader>] = [:]
    private var summary = ReplicaAudit.Summary()

    init(audit: ReplicaAudit, loop: any EventLoop) {
        self.audit = audit
        self.loop = loop
    }

    func run(
        _ keys: [Int],
        settleWithin bound: Duration,
        each: (KeyCopies) -> Void
    ) async throws -> ReplicaAudit.Summary {
        let start = ContinuousClock.now
        summary.keys = keys.count
        let slots = keys.map { KeySlot.slot(of: audit.naming.bytes(of: $0).span) }
        var remaining = Array(keys.indices)
        while true {
            let isLast = ContinuousClock.now - start >= bound
            await refreshMap(slots: slots, remaining: remaining)
            remaining = try await pass(remaining, keys, slots, isLast: isLast, each: each)
            guard !remaining.isEmpty else { break }
            try await Task.sleep(for: audit.pause)
        }
        if summary.unsettledKeys == 0 { summary.settledAfter = ContinuousClock.now - start }
        for reader in readers.values {
            try await loop.submit { reader.value.close() }.get()
        }
        return summary
    }

    /// The positions that have to be read again; none after the last pass.
    private func pass(
        _ positions: [Int],
        _ keys: [Int],
        _ slots: [Int],
        isLast: Bool,
        each: (KeyCopies) -> Void
    ) async throws -> [Int] {
        var again: [Int] = []
        var start = 0
        while start < positions.count {
            let chunk = positions[start..<min(start + max(1, audit.batch), positions.count)]
            start = chunk.endIndex
            for (position, copies) in zip(chunk, try await read(chunk, keys, slots)) {
                if !copies.isSettled, !isLast {
                    again.append(position)
                } else {
                    account(for: copies)
                    each(copies)
                }
            }
        }
        return again
    }

    /// Reads a chunk from all its nodes at once.
    private func read(
        _ chunk: ArraySlice<Int>,
        _ keys: [Int],
        _ slots: [Int]
    ) async throws -> [KeyCopies] {
        var asked: [[Int]] = map.nodes.map { _ in [] }
        for position in chunk {
            for node in map.replicas(ofSlot: slots[position]) { asked[node].append(position) }
        }
        var answers: [EventLoopFuture<[StoredValue]>?] = []
        for (node, positions) in asked.enumerated() {
            guard !positions.isEmpty else {
                answers.append(nil)
                continue
            }
            let reader = try await reader(of: map.nodes[node].endpoint)
            let wanted = positions.map { keys[$0] }
            answers.append(loop.flatSubmit { reader.value.read(wanted) })
        }
        var values: [[StoredValue]] = []
        for answer in answers { values.append(try await answer?.get() ?? []) }
        var cursors = [Int](repeating: 0, count: values.count)
        return chunk.map { position in
            let nodes = map.replicas(ofSlot: slots[position])
            let copies = nodes.enumerated().map { order, node in
                let value = values[node][cursors[node]]
                cursors[node] += 1
                return KeyCopies.Copy(
                    node: map.nodes[node].number,
                    isPrimary: order == 0,
                    value: value
                )
            }
            return KeyCopies(key: keys[position], slot: slots[position], copies: copies)
        }
    }

    private func account(for copies: KeyCopies) {
        summary.copies += copies.copies.count
        summary.unreadCopies += copies.copies.count { $0.value == .unread }
        if !copies.isSettled { summary.unsettledKeys += 1 }
    }

    private func reader(of endpoint: Endpoint) async throws -> NIOLoopBound<AuditReader> {
        if let known = readers[endpoint] { return known }
        let timeout = TimeAmount.nanoseconds(audit.timeout.nanoseconds)
        let reader = try await loop.submit { [loop, naming = audit.naming] in
            let reader = AuditReader(
                endpoint: endpoint,
                naming: naming,
                loop: loop,
                timeout: timeout
            )
            return NIOLoopBound(reader, eventLoop: loop)
        }.get()
        readers[endpoint] = reader
        return reader
    }

    private func refreshMap(slots: [Int], remaining: [Int]) async {
        let wanted = remaining.map { slots[$0] }
        guard let fullest = await ReplicaMap.fullest(of: audit.nodes, covering: wanted, on: loop)
        else { return }
        summary.isMapComplete = fullest.covers(wanted)
        map = fullest
    }
}
