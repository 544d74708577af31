internal import CSystemCalls
internal import Glibc
package import Replication
internal import Sockets
internal import Storage
internal import Synchronization
internal import Topology

/// A node's thread and its life; used from other threads, and waits for it.
package final class NodeServer: Sendable {
    private let configuration: NodeConfiguration
    private let modes: [any ReplicationMode.Type]
    /// The copy of the data that the node starts with; nil where there is no directory.
    private let copy: NodeCopy?
    /// Nil before the start and after the stop.
    private let running = Mutex<Running?>(nil)

    private struct Running {
        var thread: NamedThread
        var mailbox: Mailbox<Node>
        var served: Expected<Int>
        /// Made with the rest: a node that may open no more files must be able to stop.
        var drained: Expected<LogWriter?>
    }

    /// How long commands in flight may take once the node was asked to stop, nanoseconds.
    private static let drainTime: Int64 = 2_000_000_000

    /// Locks the data directory and replays the log in it.
    package init(
        configuration: NodeConfiguration,
        modes: [any ReplicationMode.Type]
    ) throws(StartFailure) {
        self.configuration = configuration
        self.modes = modes
        guard Listener.takes(configuration.bindAddress) else {
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

    /// Starts to listen, and returns the address once the node serves there.
    package func start() throws(StartFailure) -> Endpoint {
        let begun = try Expected<Mailbox<Node>>()
        let served = try Expected<Int>()
        let drained = try Expected<LogWriter?>()
        let thread: NamedThread
        do throws(FileFailure) {
            thread = try NamedThread("node-loop") { self.run(begun, served) }
        } catch {
            throw .infrastructure("cannot start: \(error)")
        }
        do throws(StartFailure) {
            let mailbox = try begun.wait()
            running.withLock {
                $0 = Running(thread: thread, mailbox: mailbox, served: served, drained: drained)
            }
        } catch {
            thread.join()
            throw error
        }
        return Endpoint(host: configuration.bindAddress, port: try served.wait())
    }

    /// Stops accepting, lets what is in flight finish, closes every connection, and syncs the log.
    package func stop() throws(StartFailure) {
        let running = self.running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let running else { return }
        running.mailbox.post { node in
            node.drain(within: Self.drainTime) {
                running.drained.fulfil(.success(node.release()))
                node.loop.stop()
            }
        }
        let log = try running.drained.wait()
        running.thread.join()
        // Whoever still waits for its start waits in vain; where it has served, that counts.
        running.served.fulfil(.failure(.infrastructure("it was stopped before it served")))
        guard let log else { return }
        log.close()
        do throws(FileFailure) {
            try copy?.noteClosed()
        } catch {
            throw .infrastructure("cannot stop cleanly: \(error)")
        }
    }

    /// The life of the node's thread.
    private func run(_ begun: Expected<Mailbox<Node>>, _ served: Expected<Int>) {
        do throws(StartFailure) {
            let loop = try Self.loop()
            let node = try open(on: loop, served)
            begun.fulfil(.success(node.mailbox))
            if configuration.durability == .logAlways {
                // Last, as threads pass it on to those that they start: heartbeats must not wait.
                // Against the length of a sync its turn comes soon; what gathers until then shares one.
                _ = ordeal_wake_politely()
            }
            loop.run()
            loop.forget()
        } catch {
            begun.fulfil(.failure(error))
        }
    }

    private static func loop() throws(StartFailure) -> SocketLoop {
        do throws(SocketFailure) {
            return try SocketLoop()
        } catch {
            throw .infrastructure("cannot start: \(FileFailure.text(of: error.code))")
        }
    }

    private func open(
        on loop: SocketLoop,
        _ served: Expected<Int>
    ) throws(StartFailure) -> Node {
        let reports = PersistedReports(waking: loop.waker)
        let node = Node(configuration: configuration, core: core(), loop: loop, reports: reports)
        node.log = try startLog(for: node, reports)
        let address = Endpoint(host: configuration.bindAddress, port: configuration.port)
        do throws(StartFailure) {
            try node.begin(at: address) { served.fulfil(.success($0)) }
        } catch {
            node.listener?.close()
            node.membership?.stop()
            node.release()?.close()
            loop.forget()
            throw error
        }
        return node
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

    private func startLog(
        for node: Node,
        _ reports: PersistedReports
    ) throws(StartFailure) -> LogWriter? {
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
}

/// What one thread makes and another waits for.
private final class Expected<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, StartFailure>?>(nil)
    private let wakeUp: WakeUp

    init() throws(StartFailure) {
        do throws(FileFailure) {
            wakeUp = try WakeUp()
        } catch {
            throw .infrastructure("cannot start: \(error)")
        }
    }

    /// The first result counts.
    func fulfil(_ result: Result<Value, StartFailure>) {
        self.result.withLock { if $0 == nil { $0 = result } }
        wakeUp.wake()
    }

    func wait() throws(StartFailure) -> Value {
        while true {
            if let result = result.withLock({ $0 }) { return try result.get() }
            wakeUp.wait()
        }
    }
}

extension StartFailure {
    /// An address that cannot be listened on.
    init(listeningOn address: Endpoint, _ failure: SocketFailure) {
        self =
            failure.code == EADDRINUSE
            ? .infrastructure("\(address) is in use")
            : .infrastructure("cannot listen on \(address): \(FileFailure.text(of: failure.code))")
    }
}
