internal import CSystemCalls
internal import Foundation
internal import Sockets
internal import Statistics
internal import Workloads

/// What lives on the server's loop: the door, the connections, and the queue of requests.
@safe final class ToyServerLoop: SocketLoop.Watcher {
    let port: UInt16
    private(set) var account = ToyServer.Account()

    private let loop: SocketLoop
    /// Negative once closed: its number may be another file's by then.
    private var door: Int32
    private var doorNumber: UInt32?
    private var queue: VirtualQueue
    /// Not yet departed, in the order of their arrival.
    private var waiting: [Visit] = []
    private var firstWaiting = 0
    private var connections: [ObjectIdentifier: ToyConnection] = [:]
    private let counter: UnsafeMutablePointer<UInt64>?

    /// One request, and what it is to be told.
    private struct Visit {
        var arrival: Int64
        var departure: Int64
        var connection: ToyConnection
        var answer: ToyAnswer
    }

    init(_ options: ToyServer.Options, on loop: SocketLoop) throws(ToyServer.Problem) {
        self.loop = loop
        queue = VirtualQueue(
            options.law,
            mean: Double(options.service.nanoseconds),
            seed: options.seed
        )
        if let file = options.counterFile {
            unsafe counter = ordeal_shared_number(file)
            guard unsafe counter != nil else { throw .cannotCount(file: file) }
        } else {
            unsafe counter = nil
        }
        door = unsafe ordeal_socket_listen("127.0.0.1", options.port, SOMAXCONN)
        guard door >= 0 else { throw .cannotListen(port: options.port, code: -door) }
        port = ordeal_socket_port(door)
        doorNumber = loop.watch(door, .readable, self)
        loop.onPace = { [unowned self] in letDepart() }
        loop.onTurnEnd = { [unowned self] in letDepart() }
    }

    /// Somebody stands at the door.
    func ready(_ readiness: SocketLoop.Readiness, on loop: SocketLoop) {
        while true {
            let file = ordeal_socket_accept(door)
            guard file >= 0 else { return }
            let connection = ToyConnection(file, on: self, loop)
            connections[ObjectIdentifier(connection)] = connection
        }
    }

    /// Closes everything; nothing the second time.
    func stop() {
        guard door >= 0 else { return }
        for connection in connections.values { connection.close() }
        connections.removeAll()
        waiting.removeAll()
        firstWaiting = 0
        if let doorNumber { loop.unwatch(doorNumber) }
        doorNumber = nil
        ordeal_socket_close(door, 0)
        door = -1
        loop.onPace = {}
        loop.onTurnEnd = {}
        loop.stop()
    }

    func forget(_ connection: ToyConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// A request has arrived.
    func admit(_ answer: ToyAnswer, from connection: ToyConnection, at arrival: Int64) {
        let departure = queue.admit(at: arrival)
        waiting.append(
            Visit(
                arrival: arrival,
                departure: departure,
                connection: connection,
                answer: answer
            )
        )
    }

    /// Executes and answers what is due, and sets the clock to what comes next.
    ///
    /// A request is counted before its answer leaves: what was acknowledged is never more than that.
    private func letDepart() {
        let now = monotonicNow()
        var dirty: [ToyConnection] = []
        while firstWaiting < waiting.count, waiting[firstWaiting].departure <= now {
            let visit = waiting[firstWaiting]
            firstWaiting += 1
            account.executed += 1
            if let counter = unsafe counter { unsafe counter.pointee &+= 1 }
            account.times.record(nanoseconds: UInt64(max(0, visit.departure - visit.arrival)))
            if !visit.connection.hasAnswers { dirty.append(visit.connection) }
            visit.connection.answer(visit.answer)
        }
        for connection in dirty { connection.flush() }
        if firstWaiting > 1024 || firstWaiting == waiting.count {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
        loop.paceAt = firstWaiting < waiting.count ? waiting[firstWaiting].departure : .max
    }

    /// What `INFO` says.
    var information: String {
        let figures = LatencyFigures(account.times, [0.5, 0.99])
        let p99 = figures?.quantile(0.99).map { Int(($0 * 1e9).rounded()) } ?? 0
        return "# Server\r\nserver_name:toy\r\nredis_version:1.0\r\nredis_mode:standalone\r\n"
            + "process_id:\(getpid())\r\nrole:master\r\n# Toy\r\nexecuted:\(account.executed)\r\n"
            + "mean_time_ns:\(Int(account.times.mean.rounded()))\r\np99_time_ns:\(p99)\r\n"
    }
}
