import Testing

@testable import Sockets

/// Both ends of connections on one loop, which the test runs until it has seen what it waits for.
@Suite struct ConnectionTests {
    /// Keeps what it is told, and stops the loop where it should.
    private final class End: ConnectionHandler {
        let connection: Connection
        var received: [UInt8] = []
        var events: [String] = []
        var onEvent: (End, String) -> Void = { _, _ in }

        init(_ loop: SocketLoop) {
            connection = Connection(loop: loop)
            connection.handler = self
        }

        func connectionOpened() { note("opened") }
        func connectionDrained() { note("drained") }
        func connectionEnded(_ end: ConnectionEnd) { note("\(end)") }

        func connectionReceived(_ bytes: Span<UInt8>) -> Int? {
            for index in bytes.indices { received.append(bytes[index]) }
            note("received")
            return bytes.count
        }

        private func note(_ event: String) {
            events.append(event)
            onEvent(self, event)
        }
    }

    /// A listener, and the two ends of a connection to it.
    private final class Scene {
        let loop: SocketLoop
        let dialled: End
        var accepted: End?
        private var listener: Listener?
        private(set) var isOverdue = false

        init(onAccept: @escaping (End) -> Void = { _ in }) throws {
            loop = try SocketLoop()
            dialled = End(loop)
            let listener = try Listener("127.0.0.1", 0, on: loop) { [unowned self] socket in
                let end = End(loop)
                accepted = end
                onAccept(end)
                try? end.connection.accept(socket, for: end)
            }
            self.listener = listener
            dialled.connection.dial("127.0.0.1", listener.port, timeout: 5_000_000_000)
        }

        /// Runs the loop until somebody stops it, for ten seconds at most.
        func run() {
            loop.at(monotonicNow() + 10_000_000_000) {
                self.isOverdue = true
                self.loop.stop()
            }
            loop.run()
            listener?.close()
            dialled.connection.close()
            accepted?.connection.close()
        }
    }

    @Test func `what is sent arrives, and an end that closed is noticed`() throws {
        let scene = try Scene { end in
            end.onEvent = { end, event in
                guard event == "received" else { return }
                let received = end.received
                end.connection.send(received.span)
            }
        }
        let loop = scene.loop
        let bytes: [UInt8] = [1, 2, 3]
        scene.dialled.onEvent = { end, event in
            if event == "opened" { end.connection.send(bytes.span) }
            guard end.received.count == 3 else { return }
            end.connection.close()
            scene.accepted?.onEvent = { _, _ in loop.stop() }
        }
        scene.run()
        #expect(!scene.isOverdue)
        #expect(scene.dialled.received == [1, 2, 3])
        #expect(scene.accepted?.events.last == "lost")
    }

    /// More than the kernel takes at once.
    private static let much = [UInt8](repeating: 7, count: 32 << 20)

    @Test func `who finishes sends everything first`() throws {
        let scene = try Scene { end in
            end.onEvent = { end, event in
                guard event == "opened" else { return }
                end.connection.send(Self.much.span)
                end.connection.finish()
                #expect(end.connection.isOpen, "the other end has read nothing yet")
            }
        }
        let loop = scene.loop
        scene.dialled.onEvent = { _, event in if event == "lost" { loop.stop() } }
        scene.run()
        #expect(!scene.isOverdue)
        #expect(scene.dialled.received.count == Self.much.count)
        #expect(scene.accepted?.events == ["opened", "finished"])
    }

    @Test func `what waits for a slow reader is told of when it is gone`() throws {
        let scene = try Scene { end in
            end.onEvent = { end, event in
                guard event == "opened" else { return }
                end.connection.send(Self.much.span)
                #expect(end.connection.isWaitingToWrite && !end.connection.output.isEmpty)
            }
        }
        let loop = scene.loop
        scene.dialled.connection.isReading = false
        loop.at(monotonicNow() + 50_000_000) {
            #expect(scene.dialled.received.isEmpty, "it does not read")
            #expect(scene.accepted?.events == ["opened"])
            scene.accepted?.onEvent = { _, event in if event == "drained" { loop.stop() } }
            scene.dialled.connection.isReading = true
        }
        scene.run()
        #expect(!scene.isOverdue)
        #expect(scene.accepted?.events == ["opened", "drained"])
    }

    @Test func `an accepted connection keeps its handler, and lets go of it at the end`() throws {
        weak var handler: End?
        let scene = try Scene()
        let loop = scene.loop
        scene.dialled.onEvent = { end, event in
            guard event == "opened" else { return }
            loop.at(monotonicNow() + 20_000_000) {
                handler = scene.accepted
                scene.accepted = nil
                #expect(handler != nil)
                end.connection.close()
                loop.at(monotonicNow() + 20_000_000) { loop.stop() }
            }
        }
        scene.run()
        #expect(!scene.isOverdue)
        #expect(handler == nil)
    }

    @Test func `an address that is in use, or none, is refused`() throws {
        let loop = try SocketLoop()
        let first = try Listener("127.0.0.1", 0, on: loop) { _ in }
        defer { first.close() }
        #expect(throws: SocketFailure(code: 98)) {
            _ = try Listener("127.0.0.1", first.port, on: loop) { _ in }
        }
        #expect(throws: SocketFailure(code: 22)) {
            _ = try Listener("nowhere", 0, on: loop) { _ in }
        }
        #expect(Listener.takes("127.0.0.1") && Listener.takes("::1"))
        #expect(!Listener.takes("localhost") && !Listener.takes(""))
    }
}
