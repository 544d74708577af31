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
    private let modes: [any ReplicationMode.Type]
    private let store: any MapStore
    private let tick: UInt64
    private let eventLoop: any EventLoop
    private let coordinator: NIOLoopBoundBox<Coordinator?>
    private let onStop: @Sendable (StartFailure) -> Void

    /// Locks the data directory, and reads the map where it is in it.
    ///
    /// - Parameter onStop: called when it must not decide anything any more; ends the process by
    ///   default.
    package init(
        _ settings: CoordinatorSettings,
        modes: [any ReplicationMode.Type],
        group: MultiThreadedEventLoopGroup,
        onStop: @escaping @Sendable (StartFailure) -> Void = { ProcessEnd.now($0) }
    ) throws(StartFailure) {
        self.settings = settings
        self.modes = modes
        self.onStop = onStop
        var found: ClusterMap?
        let directory =
            settings.dataDirectory.isEmpty ? nil : try DataDirectory(settings.dataDirectory)
        switch (settings.mapStore, directory) {
        case (.file, let directory?):
            let file = try FileMapStore(directory)
            found = file.found
            store = file
        case (.file, nil): throw .usage("a map in a file needs a data directory")
        case (.etcd(let members, let prefix), _):
            guard !members.isEmpty else { throw .usage("etcd needs the address of a member") }
            store = try EtcdMapStore(members, prefix: prefix, history: directory)
        }
        // What cannot be obeyed is said before anything is started.
        tick = try settings.resolve(found, modes: modes).tick
        eventLoop = group.next()
        coordinator = .makeEmptyBox(valueType: Coordinator.self, eventLoop: eventLoop)
    }

    /// Starts to listen, and returns the address.
    package func start() throws(StartFailure) -> Endpoint {
        let asked = Endpoint(host: settings.bindAddress, port: settings.port)
        let address = Endpoint(host: asked.host, port: try listen(on: asked))
        let (coordinator, eventLoop) = (coordinator, eventLoop)
        try store.open(at: address) { event in
            eventLoop.execute { coordinator.value?.hear(event) }
        }
        return address
    }

    private func listen(on asked: Endpoint) throws(StartFailure) -> Int {
        do {
            return try eventLoop.flatSubmit { open(asked) }.wait()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .infrastructure("\(asked) is in use")
        } catch {
            throw .infrastructure("cannot listen on \(asked): \(error)")
        }
    }

    /// Lets go of the nodes and of the leadership; a map that is being stored is finished.
    package func stop() {
        try? eventLoop.submit { coordinator.value?.close() }.wait()
        store.close()
    }

    /// Ends as if the process had been killed.
    package func abandon() {
        (store as? EtcdMapStore)?.abandon()
        stop()
    }

    private func open(_ address: Endpoint) -> EventLoopFuture<Int> {
        let (settings, modes) = (settings, modes)
        let coordinator = Coordinator(
            store: store,
            configure: { map throws(StartFailure) in try settings.resolve(map, modes: modes) },
            eventLoop: eventLoop,
            onNote: { StandardError.write("keel coordinator: \($0)") },
            onStop: onStop
        )
        self.coordinator.value = coordinator
        return coordinator.listen(on: address, tick: tick)
    }
}
