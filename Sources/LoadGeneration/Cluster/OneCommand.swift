internal import RESP
internal import Sockets

/// Why a single command brought no answer.
enum OneCommandError: Error, Equatable {
    case timedOut
    case refused(SocketFailure)
    case connectionClosed
    case insecure(String)
    case notRESP
}

/// One command on a connection of its own: connect, greet, ask, read the reply, close.
///
/// For what is asked rarely, of nodes that may be silent: nothing else waits behind it.
final class OneCommand: ConnectionHandler {
    typealias Answer = Result<RESPValue, OneCommandError>

    private let connection: Connection
    private let commands: [[String]]
    private var decoder = ReplyDecoder()
    private var repliesToCome: Int
    private var then: ((Answer) -> Void)?
    /// Keeps itself until it has an answer, since the loop does not.
    private var keeper: OneCommand?

    /// Asks, and calls `then` once: with the reply, or after `timeout` nanoseconds at the latest.
    ///
    /// A server that refuses the greeting has thereby answered.
    static func send(
        _ command: [String],
        to endpoint: Endpoint,
        over dialler: Dialler,
        timeout: Int64,
        then: @escaping (Answer) -> Void
    ) {
        let question = OneCommand(dialler, dialler.access.greeting + [command], then)
        question.keeper = question
        question.connection.dial(endpoint.host, endpoint.port, timeout: timeout)
        dialler.loop.at(monotonicNow() + timeout) { [weak question] in
            question?.answer(.failure(.timedOut))
        }
    }

    /// Asks a node who serves what.
    static func clusterSlots(
        of endpoint: Endpoint,
        over dialler: Dialler,
        timeout: Int64,
        then: @escaping (Result<[SlotRange], OneCommandError>) -> Void
    ) {
        send(["CLUSTER", "SLOTS"], to: endpoint, over: dialler, timeout: timeout) { answer in
            then(
                answer.flatMap { reply in
                    guard let ranges = SlotRange.decode(reply, askedAt: endpoint.host) else {
                        return .failure(.notRESP)
                    }
                    return .success(ranges)
                }
            )
        }
    }

    private init(_ dialler: Dialler, _ commands: [[String]], _ then: @escaping (Answer) -> Void) {
        connection = dialler.connection()
        self.commands = commands
        self.then = then
        repliesToCome = commands.count
        connection.handler = self
    }

    func connectionOpened() {
        for command in commands { connection.output.append(command: command) }
        connection.flush()
    }

    func connectionReceived(_ bytes: Span<UInt8>) -> Int? {
        do throws(RESPError) { return try take(bytes) } catch { return nil }
    }

    private func take(_ bytes: Span<UInt8>) throws(RESPError) -> Int {
        var start = 0
        while then != nil, let end = try decoder.decode(bytes, from: start) {
            let reply = ReplyDecoder.reply(in: bytes, from: start, to: end)
            start = end
            repliesToCome -= 1
            if repliesToCome == 0 || reply.isError { answer(.success(try RESPValue(reply))) }
        }
        return start
    }

    func connectionEnded(_ end: ConnectionEnd) {
        switch end {
        case .refused(let failure): answer(.failure(.refused(failure)))
        case .dialTimedOut: answer(.failure(.timedOut))
        case .lost, .finished: answer(.failure(.connectionClosed))
        case .insecure(let reason): answer(.failure(.insecure(reason)))
        case .senseless: answer(.failure(.notRESP))
        }
    }

    private func answer(_ answer: Answer) {
        guard let then else { return }
        self.then = nil
        connection.close()
        then(answer)
        keeper = nil
    }
}
