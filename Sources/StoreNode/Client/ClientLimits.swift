/// What one client may send.
///
/// A log record and a message between nodes have to hold a whole command, so these lie below Redis's.
enum ClientLimits {
    /// The longest key or value.
    static let argumentByteCount = 32 << 20
    /// The longest write, all its keys and values together.
    static let commandByteCount = 48 << 20
}
