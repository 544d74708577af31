internal import Replication

/// What one client may send.
///
/// A log record and a message between nodes have to hold a whole command, so these lie below Redis's.
enum ClientLimits {
    /// The longest key or value.
    static let argumentByteCount = 32 << 20
    /// The longest write, all its keys and values together.
    static let commandByteCount = 48 << 20
    /// The most commands between MULTI and EXEC; they too have to fit `commandByteCount` together.
    static let transactionCommandCount = 10_000
    /// The keys that one connection may watch, together.
    static let watchedByteCount = 1 << 20
    /// The longest reply: whatever a client asks for, so much of it may have to be held.
    static let replyByteCount = Timing().replyByteLimit
}
