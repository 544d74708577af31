internal import RESP
internal import Sockets

/// A connection that carries one probe at a time.
final class ProbeConnection: ConnectionHandler {
    let node: Int

    private let connection: Connection
    private unowned let engine: ProbeEngine
    private var greeting: [[String]]
    private var greetingsToCome = 0
    private var attempt: ProbeAttempt?
    private var decoder = ReplyDecoder()

    init(node: Int, engine: ProbeEngine, dialler: Dialler) {
        self.node = node
        self.engine = engine
        greeting = dialler.access.greeting
        connection = dialler.connection()
        connection.handler = self
    }

    /// Connects for an attempt, which is sent once the connection stands.
    func dial(_ endpoint: Endpoint, for attempt: ProbeAttempt, timeout: Int64) {
        self.attempt = attempt
        connection.dial(endpoint.host, endpoint.port, timeout: timeout)
    }

    func send(_ attempt: ProbeAttempt, command: [String]) {
        self.attempt = attempt
        connection.output.append(command: command)
        connection.flush()
    }

    func close() {
        attempt = nil
        connection.close()
    }

    func connectionOpened() {
        greetingsToCome = greeting.count
        for command in greeting { connection.output.append(command: command) }
        engine.connected(self, for: attempt)
    }

    func connectionReceived(_ bytes: Span<UInt8>) -> Int? {
        do throws(RESPError) { return try take(bytes) } catch { return nil }
    }

    private func take(_ bytes: Span<UInt8>) throws(RESPError) -> Int {
        var start = 0
        while let end = try decoder.decode(bytes, from: start) {
            let reply = ReplyDecoder.reply(in: bytes, from: start, to: end)
            let error = reply.isError ? reply.payload.text : nil
            start = end
            if greetingsToCome > 0, error == nil {
                greetingsToCome -= 1
                continue
            }
            guard let attempt else {
                connection.endSoon()
                return start
            }
            self.attempt = nil
            engine.answered(attempt, error: error)
        }
        return start
    }

    func connectionEnded(_ end: ConnectionEnd) {
        let attempt = attempt
        self.attempt = nil
        engine.lost(self, during: attempt)
    }
}
