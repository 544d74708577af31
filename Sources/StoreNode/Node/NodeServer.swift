import Glibc
internal import NIOCore
internal import NIOPosix
internal import Replication
internal import Topology

/// A node's sockets and its life; used from outside the event loop, and waits for it.
struct NodeServer {
    private let configuration: NodeConfiguration
    private let modes: [any ReplicationMode.Type]
    private let group: MultiThreadedEventLoopGroup
    private let eventLoop: any EventLoop
    /// Holds the node on its loop.
    private let node: NIOLoopBoundBox<Node?>

    /// How long commands in flight may take once the node was asked to stop.
    private static let drainTime = TimeAmount.seconds(2)
    /// Redis's `tcp-backlog`.
    private static let backlog: Int32 = 511

    init(
        configuration: NodeConfiguration,
        modes: [any ReplicationMode.Type],
        group: MultiThreadedEventLoopGroup
    ) {
        self.configuration = configuration
        self.modes = modes
        self.group = group
        eventLoop = group.next()
        node = .makeEmptyBox(valueType: Node.self, eventLoop: eventLoop)
    }

    /// Starts to listen, and returns the address.
    func start() throws(StartFailure) -> Endpoint {
        let asked = Endpoint(host: configuration.bindAddress, port: configuration.port)
        do {
            let port = try eventLoop.flatSubmit { open() }.wait()
            return Endpoint(host: asked.host, port: port)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .infrastructure("\(asked) is in use")
        } catch {
            throw .infrastructure("cannot listen on \(asked): \(error)")
        }
    }

    /// Stops accepting, lets what is in flight finish, and closes every connection.
    func stop() {
        try? eventLoop.flatSubmit { close() }.wait()
    }

    private func open() -> EventLoopFuture<Int> {
        let identity = NodeIdentity(
            node: configuration.id,
            boot: BootID(.random(in: 1...UInt64.max)),
            copy: CopyID(.random(in: 1...UInt64.max))
        )
        let node = Node(
            configuration: configuration,
            core: NodeCore(
                identity: identity,
                isLogged: false,
                startedAt: NodeClock().now,
                modes: modes
            ),
            eventLoop: eventLoop
        )
        self.node.value = node
        let bound = NIOLoopBound(node, eventLoop: eventLoop)
        let host = configuration.bindAddress
        return listen(for: bound).bind(host: host, port: configuration.port).map { channel in
            bound.value.begin(listener: channel)
        }
    }

    private func listen(for node: NIOLoopBound<Node>) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
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

    private func close() -> EventLoopFuture<Void> {
        guard let node = node.value else { return eventLoop.makeSucceededVoidFuture() }
        return node.drain(within: Self.drainTime)
    }
}
