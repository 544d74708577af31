/// What one side accepts from the other before it calls the stream broken.
public enum RESPLimits {
    /// The longest bulk string, as Redis's `proto-max-bulk-len`.
    public static let bulkByteCount = 512 * 1024 * 1024
    /// The most arguments of one command, as Redis's multibulk limit.
    public static let argumentCount = 1024 * 1024
    /// The longest inline command, and the longest simple string or error of a reply.
    public static let lineByteCount = 64 * 1024
    /// The longest command in all, as Redis's `client-query-buffer-limit`.
    public static let commandByteCount = 1024 * 1024 * 1024
    /// How deep a reply may nest before `RESPValue` refuses to build it.
    public static let replyDepth = 64
    /// The most elements of one aggregate of a reply.
    public static let elementCount = Int(Int32.max)
}
