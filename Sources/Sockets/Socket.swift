internal import CSystemCalls

/// One TCP socket; whoever holds it closes it.
public struct Socket: ~Copyable {
    let file: Int32

    /// What one reading or writing came to.
    public enum Transfer: Equatable {
        case bytes(Int)
        /// Nothing can be moved for now.
        case wouldBlock
        /// The other end has closed.
        case ended
        case failed(Int32)

        /// Whether nothing more can be moved at all.
        public var isEnd: Bool {
            switch self {
            case .bytes, .wouldBlock: false
            case .ended, .failed: true
            }
        }
    }

    init(file: Int32) {
        self.file = file
    }

    deinit { ordeal_socket_close(file, 0) }

    /// Begins to connect to a numeric address, without waiting; throws the errno of a failure that
    /// is certain at once.
    static func dial(_ host: String, _ port: Int) throws(SocketFailure) -> Socket {
        let file = unsafe ordeal_socket_dial(host, UInt16(truncatingIfNeeded: port))
        guard file >= 0 else { throw SocketFailure(code: -file) }
        return Socket(file: file)
    }

    /// Why the connecting failed; nil once the connection stands.
    var connectFailure: SocketFailure? {
        let code = ordeal_socket_error(file)
        return code == 0 ? nil : SocketFailure(code: code)
    }

    borrowing func read(into memory: UnsafeMutableRawBufferPointer) -> Transfer {
        let count = unsafe ordeal_socket_read(file, memory.baseAddress, memory.count)
        return count == 0 ? .ended : Self.transfer(count)
    }

    borrowing func write(_ bytes: Span<UInt8>) -> Transfer {
        unsafe bytes.withUnsafeBytes { memory in
            Self.transfer(unsafe ordeal_socket_write(file, memory.baseAddress, memory.count))
        }
    }

    /// Closes; what the other end has not received is discarded.
    ///
    /// The kernel otherwise goes on sending it: a write that was given up during a cut would reach
    /// the node after the cut, and undo the later writes of its key that came on the next
    /// connection.
    public consuming func discard() {
        let file = file
        discard self
        ordeal_socket_close(file, 1)
    }

    private static func transfer(_ count: Int) -> Transfer {
        if count >= 0 { return .bytes(count) }
        let code = Int32(-count)
        return code == Int32(11) ? .wouldBlock : .failed(code)
    }
}

/// What ended a connection or kept it from coming about.
public struct SocketFailure: Error, Equatable {
    /// An errno; 0 where the system has no part in it.
    public let code: Int32
    /// For a user, where there is more to say than the errno does.
    public let reason: String?

    public init(code: Int32) {
        self.code = code
        reason = nil
    }

    public init(_ reason: String) {
        code = 0
        self.reason = reason
    }
}

extension SocketFailure {
    /// EMFILE: this process may open no more files.
    static let tooManyFiles: Int32 = 24
}
