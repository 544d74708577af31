internal import CSystemCalls
internal import Glibc

/// A socket that others dial; each connection is handed over as it comes.
///
/// Confined to its loop.
public final class Listener: SocketLoop.Watcher {
    /// The port it listens on.
    public let port: Int

    private let loop: SocketLoop
    private let onConnection: (consuming Socket) -> Void
    private var socket: Socket?
    private var number: UInt32?

    /// As many may wait to be accepted; Redis's `tcp-backlog`.
    private static let backlog: Int32 = 511
    /// Accepted in one visit, so that those who are connected have their turn.
    private static let acceptedAtOnce = 64
    /// Who waits where the system gives no more files, or lets nobody in, is told by every poll: not asked
    /// for so long, nanoseconds.
    private static let pause: Int64 = 50_000_000

    /// Listens on a numeric address, on a free port where `port` is 0.
    public init(
        _ host: String,
        _ port: Int,
        on loop: SocketLoop,
        _ onConnection: @escaping (consuming Socket) -> Void
    ) throws(SocketFailure) {
        let port = UInt16(truncatingIfNeeded: port)
        let file = unsafe ordeal_socket_listen(host, port, Self.backlog)
        guard file >= 0 else { throw SocketFailure(code: -file) }
        self.loop = loop
        self.onConnection = onConnection
        self.port = Int(ordeal_socket_port(file))
        socket = Socket(file: file)
        number = loop.watch(file, .readable, self)
        guard number != nil else { throw SocketFailure(code: SocketFailure.tooManyFiles) }
    }

    /// Turns away whoever comes from now on.
    public func close() {
        if let number { loop.unwatch(number) }
        number = nil
        socket = nil
    }

    public func ready(_ readiness: SocketLoop.Readiness, on loop: SocketLoop) {
        for _ in 0..<Self.acceptedAtOnce {
            guard let listener = socket?.file else { return }
            let file = ordeal_socket_accept(listener)
            switch -file {
            case EAGAIN: return
            // Who gave up while waiting does not keep the others waiting.
            case ECONNABORTED, EINTR, EPROTO: continue
            case 1...: return rest()
            default: onConnection(Socket(file: file))
            }
        }
    }

    private func rest() {
        guard let number else { return }
        loop.watch(number, anewFor: [])
        loop.at(monotonicNow() + Self.pause) {
            if let number = self.number { self.loop.watch(number, anewFor: .readable) }
        }
    }

    /// Whether a listener can be given this address: it is numeric, IPv4 or IPv6.
    public static func takes(_ host: String) -> Bool {
        unsafe ordeal_is_address(host) != 0
    }
}
