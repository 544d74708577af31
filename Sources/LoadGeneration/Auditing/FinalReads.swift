internal import Histories
internal import NIOCore
internal import NIOPosix
internal import RESP
internal import Sockets
internal import Topology
public import Workloads

/// Reads every key of a history once more, from its primary, after everything was healed.
///
/// What was acknowledged and is gone shows here at the latest, however seldom a workload reads.
public struct FinalReads: Sendable {
    public var nodes: [ClusterNode]
    public var workload: any Workload
    /// Commands sent at once.
    public var batch = 256
    public var timeout: Duration = .seconds(2)

    public init(nodes: [ClusterNode], workload: any Workload) {
        self.nodes = nodes
        self.workload = workload
    }

    public struct Outcome: Sendable {
        /// A history file of its own, to be merged with those of the workers.
        public var file: [UInt8]
        public var unread: Int
    }

    /// - Parameter keys: Their names, as the history has them.
    /// - Parameter workers: Whose written values are named in the history.
    public func read(_ keys: [String], workers: Int) async throws -> Outcome {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let pass = FinalPass(self, workers: workers, loop: group.next())
            let outcome = try await pass.run(questions(about: keys))
            try await group.shutdownGracefully()
            return outcome
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// What is read as one: a key, or all accounts of a bank.
    struct Question {
        var keys: [String]
        var slot: Int
    }

    private func questions(about keys: [String]) -> [Question] {
        let asksForGroups = workload.mix.shares.contains { $0.kind == .readBalances }
        guard asksForGroups else {
            return keys.map { Question(keys: [$0], slot: KeySlot.slot(of: $0)) }
        }
        var groups: [Substring: [String]] = [:]
        var order: [Substring] = []
        for key in keys {
            let tag = key.prefix { $0 != "}" }
            if groups[tag] == nil { order.append(tag) }
            groups[tag, default: []].append(key)
        }
        return order.map { tag in
            let members = groups[tag, default: []].sorted()
            return Question(keys: members, slot: KeySlot.slot(of: members[0]))
        }
    }
}

/// The questions of one round of final reads, node by node.
private final class FinalPass {
    private let reads: FinalReads
    private let workers: UInt64
    private let loop: any EventLoop
    private let kind: OperationKind
    private let naming: KeyNaming
    private var writer = HistoryFileWriter()
    private var keyNumbers: [String: UInt32] = [:]
    private var process: UInt32 = 0
    private var unread = 0

    init(_ reads: FinalReads, workers: Int, loop: any EventLoop) {
        self.reads = reads
        self.workers = UInt64(workers)
        self.loop = loop
        let kinds = reads.workload.mix.shares.map(\.kind)
        naming = reads.workload.shape.naming
        kind = kinds.first { !$0.isWrite || $0 == .transaction } ?? .read
    }

    func run(_ questions: [FinalReads.Question]) async throws -> FinalReads.Outcome {
        let map = await ReplicaMap.fullest(
            of: reads.nodes,
            covering: questions.map(\.slot),
            on: loop
        )
        var byNode: [Int: [FinalReads.Question]] = [:]
        for question in questions {
            guard let primary = map?.replicas(ofSlot: question.slot).first else {
                unread += 1
                continue
            }
            byNode[primary, default: []].append(question)
        }
        for (position, node) in (map?.nodes ?? []).enumerated() {
            guard let asked = byNode[position] else { continue }
            do {
                try await ask(asked, of: node.endpoint)
            } catch {
                unread += asked.count
            }
        }
        writer.end(isCut: false)
        var sealed: [UInt8] = []
        writer.seal(into: &sealed)
        return FinalReads.Outcome(file: HistoryFileWriter.header() + sealed, unread: unread)
    }

    private var timeout: TimeAmount { .nanoseconds(reads.timeout.nanoseconds) }

    private func ask(_ questions: [FinalReads.Question], of endpoint: Endpoint) async throws {
        let loop = loop
        let timeout = timeout
        let connection = try await BatchConnection.connect(to: endpoint, on: loop, timeout: timeout)
            .get()
        var start = 0
        while start < questions.count {
            let batch = questions[start..<min(start + reads.batch, questions.count)]
            start = batch.endIndex
            let commands = batch.flatMap { self.commands(of: $0) }
            let invoked = monotonicNow()
            let replies = try await loop.flatSubmit {
                connection.value.ask(commands, on: loop, timeout: timeout)
            }.get()
            take(batch, replies, invoked: invoked, completed: monotonicNow())
        }
        loop.execute { connection.value.close() }
    }

    private func commands(of question: FinalReads.Question) -> [[[UInt8]]] {
        let reading = question.keys.map { key -> [[UInt8]] in
            let words =
                switch kind {
                case .read, .readCounter, .readBalances: ["GET", key]
                default: ["LRANGE", key, "0", "-1"]
                }
            return words.map { Array($0.utf8) }
        }
        guard kind == .readBalances else { return reading }
        return [[Array("MULTI".utf8)]] + reading + [[Array("EXEC".utf8)]]
    }

    private func take(
        _ batch: ArraySlice<FinalReads.Question>,
        _ replies: [RESPValue],
        invoked: Int64,
        completed: Int64
    ) {
        var rest = replies[...]
        for question in batch {
            let count = commands(of: question).count
            let own = rest.prefix(count)
            rest = rest.dropFirst(count)
            guard own.count == count, let answer = own.last, !answer.isError else {
                unread += 1
                continue
            }
            record(question, answer, invoked: invoked, completed: completed)
        }
    }

    private func record(
        _ question: FinalReads.Question,
        _ answer: RESPValue,
        invoked: Int64,
        completed: Int64
    ) {
        let keys = question.keys.map(number(ofKey:))
        let elements = answer.elements?.map { value(of: $0, key: nil) } ?? []
        let single = value(of: answer, key: question.keys.first)
        process += 1
        switch kind {
        case .read:
            writer.invoke(process: process, key: keys[0], .read, at: invoked)
            writer.complete(process: process, .value(single), at: completed)
        case .readCounter:
            writer.invoke(process: process, key: keys[0], .readCounter, at: invoked)
            writer.complete(process: process, number(in: answer), at: completed)
        case .readBalances:
            let steps = HistoryFile.Invocation.transaction(steps: keys.count)
            writer.invoke(process: process, key: keys[0], steps, at: invoked)
            for key in keys { writer.step(key: key, .readNumber) }
            writer.complete(process: process, .transaction, at: completed)
            let answers = answer.elements ?? []
            for index in keys.indices {
                writer.result(index < answers.count ? number(in: answers[index]) : .done)
            }
        case .transaction:
            writer.invoke(process: process, key: keys[0], .transaction(steps: 1), at: invoked)
            writer.step(key: keys[0], .readAll)
            writer.complete(process: process, .transaction, at: completed)
            writer.result(.list(count: elements.count))
            for element in elements { writer.element(element) }
        default:
            writer.invoke(process: process, key: keys[0], .readAll, at: invoked)
            writer.complete(process: process, .list(count: elements.count), at: completed)
            for element in elements { writer.element(element) }
        }
    }

    private func number(ofKey name: String) -> UInt32 {
        if let known = keyNumbers[name] { return known }
        let number = writer.key(Array(name.utf8))
        keyNumbers[name] = number
        return number
    }

    private func number(in answer: RESPValue) -> HistoryFile.Answer {
        if answer == .null { return .number(0) }
        return answer.text.flatMap { Int64($0) }.map { .number($0) } ?? .done
    }

    /// A stamped value where the key is that of a register, else an element's number.
    private func value(of answer: RESPValue, key: String?) -> HistoryFile.Value {
        guard case .bulk(let bytes) = answer else { return .absent }
        if let key, let index = naming.key(of: Array(key.utf8).span),
            let stamp = WriteStamp.decode(bytes.span, key: index)
        {
            let worker = UInt64(stamp.writer / LoadEngine.writersPerWorker)
            return .number(UInt64(stamp.sequence) * workers + worker)
        }
        if let number = bytes.span.decimal, number >= 0 { return .number(UInt64(number)) }
        return writer.value(Array(bytes.prefix(64)))
    }
}

extension RESPValue {
    fileprivate var isError: Bool {
        if case .error = self { return true }
        return false
    }
}
