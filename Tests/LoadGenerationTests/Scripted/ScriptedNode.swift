import NIOCore
import NIOPosix
import RESP
import Synchronization

@testable import LoadGeneration

/// A node of a cluster inside the test, which does what the test tells it to.
final class ScriptedNode: Sendable {
    enum Mode: Equatable {
        case serving
        /// Takes every command in and answers none until another mode is set; then answers them all.
        case paused
        /// Answers GET and SET with this error, and does not execute them.
        case error(String)
        /// Executes a SET, and closes the connection instead of answering it.
        case closing
        /// Never answers again on the connections that it has, and serves new ones.
        case forgetful
    }

    struct State {
        var mode = Mode.serving
        /// Slots it answers for; others are MOVED to where its map says.
        var serves: ClosedRange<Int> = 0...16_383
        var map: [SlotRange] = []
        var store: [String: [UInt8]] = [:]
        var lists: [String: [[UInt8]]] = [:]
        var commands: [String: Int] = [:]
        /// Whom it names when it is asked as a sentinel.
        var primary: Endpoint?
        /// What connections must say before anything else; nil where they need not.
        var password: String?
        /// Connections that the other end closed without regard for what was under way.
        var resets = 0
        var pausedUntilResumed: [@Sendable () -> Void] = []
        var isStopped = false
    }

    let endpoint: Endpoint
    private let group: MultiThreadedEventLoopGroup
    private let server: any Channel
    private let state: Mutex<State>

    static func start() async throws -> ScriptedNode {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let box = Box()
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ScriptedConnection { box.node.withLock { $0 } }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let node = ScriptedNode(group: group, server: server)
        box.node.withLock { $0 = node }
        node.with { $0.map = [SlotRange(slots: 0...16_383, primary: node.endpoint, replicas: [])] }
        return node
    }

    private init(group: MultiThreadedEventLoopGroup, server: any Channel) {
        self.group = group
        self.server = server
        endpoint = Endpoint(host: "127.0.0.1", port: server.localAddress?.port ?? 0)
        state = Mutex(State())
    }

    @discardableResult
    func with<Result: Sendable>(_ body: @Sendable (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    func set(_ mode: Mode) {
        let waiting = state.withLock { state in
            state.mode = mode
            guard mode != .paused else { return [@Sendable () -> Void]() }
            defer { state.pausedUntilResumed = [] }
            return state.pausedUntilResumed
        }
        waiting.forEach { $0() }
    }

    func stop() async {
        let isFirst = with { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard isFirst else { return }
        set(.serving)
        try? await server.close().get()
        try? await group.shutdownGracefully()
    }

    private final class Box: Sendable {
        let node = Mutex<ScriptedNode?>(nil)
    }
}

/// A set of scripted nodes that ends with the test.
func withNodes<Result>(
    _ count: Int,
    _ body: ([ScriptedNode]) async throws -> Result
) async throws -> Result {
    var nodes: [ScriptedNode] = []
    for _ in 0..<count { nodes.append(try await ScriptedNode.start()) }
    do {
        let result = try await body(nodes)
        for node in nodes { await node.stop() }
        return result
    } catch {
        for node in nodes { await node.stop() }
        throw error
    }
}
