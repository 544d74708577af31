internal import CSystemCalls
internal import RESP
internal import Sockets

/// What a request is told.
enum ToyAnswer {
    case done
    case value
    case nothing
    /// So many nulls.
    case list(Int)
}

/// One client of the toy server.
@safe final class ToyConnection: SocketLoop.Watcher {
    private unowned let server: ToyServerLoop
    private let loop: SocketLoop
    private let file: Int32
    private var number: UInt32?
    private var stream = ToyStream()
    private var isWatchedForRoom = false

    init(_ file: Int32, on server: ToyServerLoop, _ loop: SocketLoop) {
        self.file = file
        self.server = server
        self.loop = loop
        number = loop.watch(file, .readable, self)
        if number == nil { ordeal_socket_close(file, 0) }
    }

    var hasAnswers: Bool { stream.hasOutput }

    func ready(_ readiness: SocketLoop.Readiness, on loop: SocketLoop) {
        if readiness.contains(.readable) || readiness.contains(.hungUp) { read() }
        if readiness.contains(.writable) { flush() }
    }

    func close() {
        guard let number else { return }
        loop.unwatch(number)
        self.number = nil
        ordeal_socket_close(file, 0)
        server.forget(self)
    }

    func answer(_ answer: ToyAnswer) {
        switch answer {
        case .done: stream.write("+OK\r\n")
        case .value: stream.write("$3\r\ntoy\r\n")
        case .nothing: stream.write("$-1\r\n")
        case .list(let count):
            stream.write("*\(count)\r\n")
            for _ in 0..<count { stream.write("$-1\r\n") }
        }
    }

    func flush() {
        guard number != nil else { return }
        switch stream.flush(to: file) {
        case .done: watchForRoom(false)
        case .wouldBlock: watchForRoom(true)
        case .ended: close()
        }
    }

    private func watchForRoom(_ isWatched: Bool) {
        guard let number, isWatched != isWatchedForRoom else { return }
        isWatchedForRoom = isWatched
        loop.watch(number, anewFor: isWatched ? [.readable, .writable] : .readable)
    }

    private func read() {
        guard number != nil else { return }
        switch stream.read(from: file) {
        case .done: takeCommands(at: monotonicNow())
        case .wouldBlock: return
        case .ended: close()
        }
    }

    private func takeCommands(at now: Int64) {
        do throws(RESPError) {
            for command in try stream.takeCommands() { take(command, at: now) }
        } catch {
            stream.write("-ERR Protocol error\r\n")
            flush()
            return close()
        }
        if hasAnswers { flush() }
    }

    private func take(_ command: ToyStream.Command, at now: Int64) {
        switch command.name {
        case "GET": server.admit(.value, from: self, at: now)
        case "MGET": server.admit(.list(max(0, command.words - 1)), from: self, at: now)
        case "PING": stream.write("+PONG\r\n")
        case "INFO":
            let text = server.information
            stream.write("$\(text.utf8.count)\r\n\(text)\r\n")
        case "AUTH", "SELECT", "CLIENT", "READONLY": stream.write("+OK\r\n")
        case "HELLO": stream.write("-NOPROTO this is a toy\r\n")
        case "CLUSTER", "SENTINEL", "COMMAND": stream.write("-ERR this is a toy\r\n")
        default: server.admit(.done, from: self, at: now)
        }
    }
}
