internal import Histories
internal import NIOCore
internal import NIOPosix
internal import RESP
internal import Topology
public import Workloads

/// Reads keys of whatever kind from every replica that the cluster's map names, until all hold the
/// same or the time is up; what is read last is what counts.
///
/// `ReplicaAudit` does this for keys that one connection writes, whose values say which write they
/// are; here a copy is a digest and a few words.
public struct CopyDump: Sendable {
    public var nodes: [ClusterNode]
    public var workload: any Workload
    /// Commands sent to a node at once.
    public var batch = 256
    /// How long a node may take for a batch.
    public var timeout: Duration = .seconds(2)
    /// Between two readings of what has not settled.
    public var pause: Duration = .milliseconds(100)

    public init(nodes: [ClusterNode], workload: any Workload) {
        self.nodes = nodes
        self.workload = workload
    }

    /// One key as every replica of its slot has it.
    public struct Copies: Sendable, Hashable {
        public enum Content: Sendable, Hashable {
            case absent
            /// Equal digests stand for equal contents.
            case held(digest: UInt64, text: String)
            case unread
        }

        public struct Copy: Sendable, Hashable {
            /// The node's number; -1 for a node of the map that the harness does not know.
            public var node: Int
            public var isPrimary: Bool
            public var content: Content
        }

        public var key: String
        public var slot: Int
        /// The primary's first.
        public var copies: [Copy]

        /// Whether every replica was read, and all hold the same.
        public var isSettled: Bool {
            guard let first = copies.first, first.content != .unread else { return false }
            return copies.allSatisfy { $0.content == first.content }
        }
    }

    public struct Outcome: Sendable {
        /// In the order of the keys that were asked for.
        public var keys: [Copies]
        /// Whether every replica of every key was read in the end, and held the same.
        public var isSettled: Bool { keys.allSatisfy(\.isSettled) }
        public var copies: Int { keys.reduce(0) { $0 + $1.copies.count } }
        public var unreadCopies: Int {
            keys.reduce(0) { $0 + $1.copies.count { $0.content == .unread } }
        }
        /// Whether the map named replicas for every key.
        public var isMapComplete: Bool { keys.allSatisfy { !$0.copies.isEmpty } }
    }

    public func read(_ keys: [String], settleWithin bound: Duration) async throws -> Outcome {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let outcome = try await DumpPass(self, loop: group.next()).run(keys, within: bound)
            try await group.shutdownGracefully()
            return outcome
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// What reads a key whole, whatever the workload keeps under it.
    func command(for key: String) -> [[UInt8]] {
        let keepsLists = workload.mix.shares.contains { share in
            [.append, .insertElement, .transaction, .readAll].contains(share.kind)
        }
        let words = keepsLists ? ["LRANGE", key, "0", "-1"] : ["GET", key]
        return words.map { Array($0.utf8) }
    }
}

/// The readings of one dump, pass after pass.
private final class DumpPass {
    private let dump: CopyDump
    private let loop: any EventLoop

    init(_ dump: CopyDump, loop: any EventLoop) {
        self.dump = dump
        self.loop = loop
    }

    func run(_ keys: [String], within bound: Duration) async throws -> CopyDump.Outcome {
        let start = ContinuousClock.now
        let slots = keys.map { KeySlot.slot(of: $0) }
        var found = keys.indices.map { index in
            CopyDump.Copies(key: keys[index], slot: slots[index], copies: [])
        }
        var open = Array(keys.indices)
        while true {
            let isLast = ContinuousClock.now - start >= bound
            let wanted = open.map { slots[$0] }
            let map =
                await ReplicaMap.fullest(of: dump.nodes, covering: wanted, on: loop)
                ?? ReplicaMap([], nodes: dump.nodes)
            for (index, copies) in zip(open, await read(open, keys, slots, map)) {
                found[index].copies = copies
            }
            open.removeAll { found[$0].isSettled }
            guard !open.isEmpty, !isLast else { return CopyDump.Outcome(keys: found) }
            try await Task.sleep(for: dump.pause)
        }
    }

    private func read(
        _ open: [Int],
        _ keys: [String],
        _ slots: [Int],
        _ map: ReplicaMap
    ) async -> [[CopyDump.Copies.Copy]] {
        var asked: [[Int]] = map.nodes.map { _ in [] }
        for index in open {
            for node in map.replicas(ofSlot: slots[index]) { asked[node].append(index) }
        }
        var answers: [[Int: CopyDump.Copies.Content]] = map.nodes.map { _ in [:] }
        for (node, indices) in asked.enumerated() where !indices.isEmpty {
            let commands = indices.map { dump.command(for: keys[$0]) }
            let contents = await read(commands, of: map.nodes[node].endpoint)
            for (index, content) in zip(indices, contents) { answers[node][index] = content }
        }
        return open.map { index in
            map.replicas(ofSlot: slots[index]).enumerated().map { order, node in
                CopyDump.Copies.Copy(
                    node: map.nodes[node].number,
                    isPrimary: order == 0,
                    content: answers[node][index] ?? .unread
                )
            }
        }
    }

    /// What a node answers, in the order of the questions; fewer where it falls silent.
    private func read(
        _ commands: [[[UInt8]]],
        of endpoint: Endpoint
    ) async -> [CopyDump.Copies.Content] {
        let loop = loop
        let timeout = TimeAmount.nanoseconds(dump.timeout.nanoseconds)
        var contents: [CopyDump.Copies.Content] = []
        guard
            let connection = try? await BatchConnection.connect(
                to: endpoint,
                on: loop,
                timeout: timeout
            ).get()
        else { return [] }
        let greeting = [[Array("READONLY".utf8)]]
        for start in stride(from: 0, to: commands.count, by: max(1, dump.batch)) {
            let chunk = Array(commands[start..<min(start + max(1, dump.batch), commands.count)])
            let sent = start == 0 ? greeting + chunk : chunk
            let replies = try? await loop.flatSubmit {
                connection.value.ask(sent, on: loop, timeout: timeout)
            }.get()
            guard let replies else { break }
            contents += replies.suffix(chunk.count).map(Self.content)
        }
        loop.execute { connection.value.close() }
        return contents
    }

    private static func content(_ reply: RESPValue) -> CopyDump.Copies.Content {
        switch reply {
        case .null: return .absent
        case .error: return .unread
        case .array(let elements) where elements.isEmpty: return .absent
        case .array(let elements):
            let last = elements.last?.text.map { ", the last \($0.prefix(shown))" } ?? ""
            return .held(digest: digest(reply), text: "\(elements.count) elements\(last)")
        default:
            return .held(digest: digest(reply), text: summary(reply))
        }
    }

    private static let shown = 32

    private static func summary(_ reply: RESPValue) -> String {
        guard case .bulk(let bytes) = reply else { return reply.text ?? "something else" }
        let isText = bytes.allSatisfy { (0x20...0x7e).contains($0) }
        guard isText, bytes.count <= shown else { return "\(bytes.count) bytes" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// FNV-1a: copies that differ by an accident differ in it.
    private static func digest(_ reply: RESPValue) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        func add(_ reply: RESPValue) {
            if let elements = reply.elements {
                for element in elements { add(element) }
                add(0xff)
            } else if case .bulk(let bytes) = reply {
                for byte in bytes { add(byte) }
                add(0xfe)
            } else {
                for byte in "\(reply)".utf8 { add(byte) }
                add(0xfd)
            }
        }
        add(reply)
        return hash
    }
}
