/// What INFO says about the log.
package struct LogFigures: Equatable, Sendable {
    package var segment: UInt64 = 0
    package var bytes: UInt64 = 0
    package var writes: UInt64 = 0
    package var syncs: UInt64 = 0
    package var lastSyncNanoseconds: UInt64 = 0
    /// Waiting to be written.
    package var queuedBytes = 0
    /// Whether acknowledgements wait because data has been un-synced for too long.
    package var isStale = false
}
