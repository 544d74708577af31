internal import Coordination
import Glibc
internal import NIOCore
package import NIOPosix
public import Replication
internal import Topology

/// One `keel coordinator`, from its start to its end.
public enum CoordinatorProcess {
    /// Runs a coordinator until SIGTERM or SIGINT.
    ///
    /// Once it listens it prints one line, `ready …`, with the address it listens on.
    /// - Parameter modes: the replication modes that a cluster can be created with.
    public static func run(
        _ settings: CoordinatorSettings,
        modes: [any ReplicationMode.Type] = replicationModes
    ) throws(StartFailure) {
        let signals = TerminationSignal()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let server = try CoordinatorServer(settings, modes: modes, group: group)
        let address = try server.start()
        print("ready coordinator=\(address)")
        fflush(nil)
        signals.wait()
        server.stop()
    }
}

/// A coordinator's socket and its life; used from outside the event loop, and waits for it.
package struct CoordinatorServer {
    private let settings: CoordinatorSettings
    private let configuration: CoordinatorConfiguration
    private let map: ClusterMap?
    private let store: FileMapStore
    private let storeThread = NIOThreadPool(numberOfThreads: 1)
    private let eventLoop: any EventLoop
    private let coordinator: NIOLoopBoundBox<Coordinator?>
    private let onStop: @Sendable (String) -> Void

    /// Locks the data directory and reads the map in it.
    ///
    /// - Parameter onStop: called when it must not decide anything any more; ends the process by
    ///   default.
    package init(
        _ settings: CoordinatorSettings,
        modes: [any ReplicationMode.Type],
        group: MultiThreadedEventLoopGroup,
        onStop: @escaping @Sendable (String) -> Void = { ProcessEnd.now($0) }
    ) throws(StartFailure) {
        self.settings = settings
        self.onStop = onStop
        store = FileMapStore(try DataDirectory(settings.dataDirectory))
        map = try store.load()
        configuration = try settings.resolve(map, modes: modes)
        eventLoop = group.next()
        coordinator = .makeEmptyBox(valueType: Coordinator.self, eventLoop: eventLoop)
    }

    /// Starts to listen, and returns the address.
    package func start() throws(StartFailure) -> Endpoint {
        let asked = Endpoint(host: settings.bindAddress, port: settings.port)
        storeThread.start()
        do {
            let port = try eventLoop.flatSubmit { open(asked) }.wait()
            return Endpoint(host: asked.host, port: port)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .infrastructure("\(asked) is in use")
        } catch {
            throw .infrastructure("cannot listen on \(asked): \(error)")
        }
    }

    /// Lets go of the nodes; a map that is being stored is finished.
    package func stop() {
        try? eventLoop.submit { coordinator.value?.close() }.wait()
        try? storeThread.syncShutdownGracefully()
    }

    private func open(_ address: Endpoint) -> EventLoopFuture<Int> {
        let coordinator = Coordinator(
            core: CoordinatorCore(configuration: configuration, map: map),
            store: store,
            storeThread: storeThread,
            eventLoop: eventLoop,
            onNote: { StandardError.write("keel coordinator: \($0)") },
            onStop: onStop
        )
        self.coordinator.value = coordinator
        return coordinator.listen(on: address, tick: configuration.tick)
    }
}
