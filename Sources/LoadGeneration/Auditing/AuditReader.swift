internal import NIOCore
internal import NIOPosix
internal import Sockets
internal import Workloads

/// Reads keys from one node, connecting as often as it takes; confined to its event loop.
///
/// After a failed connection the node counts as away for a moment: a dead node must not cost one
/// timeout a batch.
final class AuditReader {
    private let endpoint: Endpoint
    private let naming: KeyNaming
    private let loop: any EventLoop
    private let timeout: TimeAmount
    private var connection: AuditConnection?
    private var awayUntil: Int64 = 0

    private static let away: Int64 = 200_000_000

    init(endpoint: Endpoint, naming: KeyNaming, loop: any EventLoop, timeout: TimeAmount) {
        self.endpoint = endpoint
        self.naming = naming
        self.loop = loop
        self.timeout = timeout
    }

    /// What the node holds under each of the keys; `unread` for all where it does not answer.
    func read(_ keys: [Int]) -> EventLoopFuture<[StoredValue]> {
        let unread = keys.map { _ in StoredValue.unread }
        guard monotonicNow() >= awayUntil else { return loop.makeSucceededFuture(unread) }
        let answer = loop.makePromise(of: [StoredValue].self)
        connected().assumeIsolated().whenComplete { result in
            switch result {
            case .success(let connection):
                self.ask(connection, keys, answer)
            case .failure:
                self.awayUntil = monotonicNow() + Self.away
                answer.succeed(unread)
            }
        }
        return answer.futureResult
    }

    func close() {
        connection?.close()
        connection = nil
    }

    private func ask(
        _ bound: NIOLoopBound<AuditConnection>,
        _ keys: [Int],
        _ answer: EventLoopPromise<[StoredValue]>
    ) {
        let connection = bound.value
        let deadline = loop.assumeIsolated().scheduleTask(in: timeout) {
            connection.close(.timedOut)
        }
        connection.read(keys, on: loop).assumeIsolated().whenComplete { result in
            deadline.cancel()
            switch result {
            case .success(let values):
                answer.succeed(values)
            case .failure:
                self.connection = nil
                self.awayUntil = monotonicNow() + Self.away
                answer.succeed(keys.map { _ in .unread })
            }
        }
    }

    private func connected() -> EventLoopFuture<NIOLoopBound<AuditConnection>> {
        if let connection {
            return loop.makeSucceededFuture(NIOLoopBound(connection, eventLoop: loop))
        }
        let connection = AuditConnection(naming)
        let bound = NIOLoopBound(connection, eventLoop: loop)
        return ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: endpoint)
            .assumeIsolated()
            .map { _ in
                self.connection = connection
                return bound
            }
            .nonisolated()
    }
}
