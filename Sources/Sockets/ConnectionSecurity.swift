/// What makes connections unreadable for others: TLS, whose records another library writes and
/// reads, while the sockets stay this loop's.
public protocol ConnectionSecurity: AnyObject {
    /// The codec of one connection, which lasts as long as that does.
    func codec(for host: String, port: Int) throws(SocketFailure) -> any ConnectionCodec
}

/// One connection's encryption: bytes in, bytes out, and no socket.
public protocol ConnectionCodec: AnyObject {
    /// Begins the handshake, once the connection stands.
    func begin()
    /// Whether the handshake is done.
    var isReady: Bool { get }
    func encrypt(_ bytes: Span<UInt8>)
    /// What went wrong, for a user.
    var problem: String? { get }
    /// False where the other end broke the rules, or is not to be believed.
    func decrypt(_ bytes: Span<UInt8>, into plain: inout ByteQueue) -> Bool
    var hasCiphertext: Bool { get }
    /// Offers what was encrypted to the socket, the oldest first.
    func writeCiphertext(_ write: (Span<UInt8>) -> Socket.Transfer) -> Socket.Transfer
}
