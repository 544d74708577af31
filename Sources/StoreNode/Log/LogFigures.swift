/// What INFO says about the log.
struct LogFigures: Equatable, Sendable {
    var segment: UInt64 = 0
    var bytes: UInt64 = 0
    var writes: UInt64 = 0
    var syncs: UInt64 = 0
    var lastSyncNanoseconds: UInt64 = 0
    /// Waiting to be written.
    var queuedBytes = 0
    /// Whether acknowledgements wait because data has been un-synced for too long.
    var isStale = false
}
