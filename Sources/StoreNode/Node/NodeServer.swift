import Glibc
internal import NIOCore
package import NIOPosix
package import Replication
internal import Topology

/// A node's sockets and its life; used from outside the event loop, and waits for it.
package struct NodeServer {
    private let configuration: NodeConfiguration
    private let modes: [any ReplicationMode.Type]
    private let eventLoop: any EventLoop
    /// The copy of the data that the node starts with; nil where there is no directory.
    private let copy: NodeCopy?
    /// Holds the node on its loop.
    private let node: NIOLoopBoundBox<Node?>

    /// How long commands in flight may take once the node was asked to stop.
    private static let drainTime = TimeAmount.seconds(2)
    /// Redis's `tcp-backlog`.
    private static let backlog: Int32 = 511

    /// Locks the data directory and replays the log in it.
    package init(
        configuration: NodeConfiguration,
        modes: [any ReplicationMode.Type],
        group: MultiThreadedEventLoopGroup
    ) throws(StartFailure) {
        self.configuration = configuration
        self.modes = modes
        eventLoop = group.next()
        node = .makeEmptyBox(valueType: Node.self, eventLoop: eventLoop)
        guard (try? SocketAddress(ipAddress: configuration.bindAddress, port: 0)) != nil else {
            throw .usage("'\(configuration.bindAddress)' is no numeric address to listen on")
        }
        if let directory = configuration.dataDirectory {
            let copy = try NodeCopy.open(
                directory,
                durability: configuration.durability,
                acceptsDamage: configuration.acceptsDamage
            )
            if copy.hasPredecessor, let why = copy.whyNew {
                let place = "keel node \(configuration.id.value): "
                StandardError.write(
                    place + "the copy in \(directory) is not what the last process held: \(why)"
                )
            }
            self.copy = copy
        } else {
            copy = nil
        }
    }

    /// Starts to listen, and returns the address.
    package func start() throws(StartFailure) -> Endpoint {
        let asked = Endpoint(host: configuration.bindAddress, port: configuration.port)
        do {
            let port = try eventLoop.flatSubmit { open() }.wait()
            return Endpoint(host: asked.host, port: port)
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw .infrastructure("cannot start: \(error)")
        }
    }

    /// Stops accepting, lets what is in flight finish, closes every connection, and syncs the log.
    package func stop() throws(StartFailure) {
        do {
            try eventLoop.flatSubmit { close() }.wait()
            let log = try eventLoop.submit { release() }.wait()
            guard let log else { return }
            log.close()
            try copy?.noteClosed()
        } catch {
            throw .infrastructure("cannot stop cleanly: \(error)")
        }
    }

    private func open() -> EventLoopFuture<Int> {
        let node = Node(configuration: configuration, core: core(), eventLoop: eventLoop)
        do {
            node.log = try startLog(for: node)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        self.node.value = node
        let bound = NIOLoopBound(node, eventLoop: eventLoop)
        let host = configuration.bindAddress
        let clients = Endpoint(host: host, port: configuration.port)
        let peers = Endpoint(host: host, port: configuration.peerPort)
        return listen(for: bound).bind(host: host, port: clients.port)
            .flatMapErrorThrowing { throw Self.failure(listeningOn: clients, $0) }
            .flatMap { channel in bound.value.begin(listener: channel) }
            .flatMap { port in
                bound.value.join()
                    .flatMapErrorThrowing { throw Self.failure(listeningOn: peers, $0) }
                    .map { port }
            }
    }

    private static func failure(listeningOn address: Endpoint, _ error: any Error) -> StartFailure {
        guard let error = error as? IOError else {
            return .infrastructure("cannot listen on \(address): \(error)")
        }
        guard error.errnoCode != EADDRINUSE else {
            return .infrastructure("\(address) is in use")
        }
        let reason = unsafe String(cString: strerror(error.errnoCode))
        return .infrastructure("cannot listen on \(address): \(reason)")
    }

    private func core() -> NodeCore {
        let identity = NodeIdentity(
            node: configuration.id,
            boot: BootID(.random(in: 1...UInt64.max)),
            copy: copy?.identity ?? CopyID(.random(in: 1...UInt64.max))
        )
        return NodeCore(
            identity: identity,
            isLogged: copy?.header != nil,
            startedAt: NodeClock().now,
            unixLead: NodeClock().unixLead,
            recovered: copy?.shards ?? [],
            modes: modes
        )
    }

    private func startLog(for node: Node) throws(StartFailure) -> LogWriter? {
        let reports = PersistedReports(on: eventLoop) { sequence in
            node.step(.persisted(upTo: sequence))
            node.sendWhatWaits()
            node.noteService()
        }
        guard let copy else { return nil }
        let log = try copy.startWriter(
            segmentBytes: configuration.logSegmentBytes,
            onPersisted: { reports.report(upTo: $0) },
            onFailure: { failure in
                // What is not on the disk must never be acknowledged, so nothing goes on from here.
                ProcessEnd.now("the log cannot be written: \(failure)")
            }
        )
        if let log { node.compaction = LogCompaction(of: log, oldest: copy.oldestSegment) }
        return log
    }

    private func listen(for node: NIOLoopBound<Node>) -> ServerBootstrap {
        ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1024,
                    initial: 16 * 1024,
                    maximum: 64 * 1024
                )
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let client = ClientConnection(node: node.value)
                    try channel.pipeline.syncOperations.addHandler(client)
                }
            }
    }

    /// Lets go of the node, and returns the log that has yet to be closed.
    private func release() -> LogWriter? {
        let log = node.value?.log
        node.value?.ticking?.cancel()
        node.value?.compaction = nil
        node.value?.log = nil
        node.value = nil
        return log
    }

    private func close() -> EventLoopFuture<Void> {
        guard let node = node.value else { return eventLoop.makeSucceededVoidFuture() }
        return node.drain(within: Self.drainTime)
    }
}
