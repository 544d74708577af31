package import Replication
package import Storage
package import Topology

/// The copy of the data that a node starts with, and the log that it goes on writing.
package struct NodeCopy {
    let directory: DataDirectory
    package let durability: Storage.Durability
    package let identity: CopyID
    /// Why the copy counts as missing until it is re-admitted; nil where it is its predecessor's.
    package let whyNew: String?
    /// Whether the directory held an earlier copy, whatever became of it.
    package let hasPredecessor: Bool
    /// What the log held; empty for a new copy.
    package let shards: [RecoveredShard]
    /// Where the log goes on; nil under `memory`.
    package let header: SegmentHeader?
    /// The first segment of the log.
    let oldestSegment: UInt64

    private static let stateRemedy =
        "What the log lacks cannot be told without it. Move the folder away and start again, or go on "
        + "without its data under --accept-damage"
    private static let logRemedy =
        "Acknowledged writes may be behind it. A node of a cluster gets them back from the others: "
        + "move the folder away and start again. A node that stands alone goes on with what is in "
        + "front of it under --accept-damage"

    /// Locks the directory and replays its log.
    ///
    /// - Parameter acceptsDamage: Whether to go on with what is left where the log, or what is known
    ///   of it, is damaged by more than a torn tail.
    package static func open(
        _ path: String,
        durability: Storage.Durability,
        acceptsDamage: Bool = false
    ) throws(StartFailure) -> NodeCopy {
        var directory = try DataDirectory(path)
        do throws(FileFailure) {
            let opened = try OpenedCopy.open(
                &directory,
                durability: durability,
                kernelBoot: try kernelBoot(),
                acceptsDamage: acceptsDamage,
                newIdentity: {
                    var random = SystemRandomNumberGenerator()
                    return CopyID(random.next() | 1)
                }
            )
            switch opened {
            case .success(let copy):
                return NodeCopy(directory: directory, durability: durability, copy)
            case .failure(let refusal): throw failure(refusal, path)
            }
        } catch {
            throw .infrastructure(error.description)
        }
    }

    private init(directory: DataDirectory, durability: Storage.Durability, _ copy: OpenedCopy) {
        self.directory = directory
        self.durability = durability
        identity = copy.identity
        whyNew = copy.whyNew
        hasPredecessor = copy.hasPredecessor
        shards = copy.shards
        header = copy.header
        oldestSegment = copy.oldestSegment
    }

    private static func failure(_ refusal: CopyRefusal, _ path: String) -> FileFailure {
        switch refusal {
        case .unreadable(let reason): FileFailure("read the log in", path, reason: reason)
        case .damagedLog(let damage):
            FileFailure("use the log in", path, reason: damage + ". " + logRemedy)
        case .damagedState(let problem):
            FileFailure("use the log in", path, reason: problem + ". " + stateRemedy)
        }
    }

    /// Starts writing behind what was recovered; nil under `memory`.
    package func startWriter(
        segmentBytes: Int = LogWriter.segmentBytes,
        onPersisted: @escaping @Sendable (UInt64) -> Void,
        onFailure: @escaping @Sendable (FileFailure) -> Void
    ) throws(StartFailure) -> LogWriter? {
        guard let header else { return nil }
        do throws(FileFailure) {
            return try LogWriter(
                header: header,
                durability: durability,
                medium: FileLogMedium(directory, reserves: durability == .logAlways),
                segmentBytes: segmentBytes,
                onPersisted: onPersisted,
                onFailure: onFailure
            )
        } catch {
            throw .infrastructure(error.description)
        }
    }

    /// Notes that everything is synced: a later boot of the kernel then loses nothing.
    ///
    /// Only behind ``LogWriter/close()``, and only if nothing failed.
    package func noteClosed() throws(FileFailure) {
        let state = CopyState(
            copy: identity,
            durability: durability,
            kernelBoot: try Self.kernelBoot(),
            isClosed: true
        )
        try directory.replaceCopyState(with: SealedFile.copyState.encode(state.encoded()))
    }

    private static func kernelBoot() throws(FileFailure) -> String {
        let bytes = try OpenFile.read("/proc/sys/kernel/random/boot_id").readAll()
        return String(decoding: bytes, as: UTF8.self)
    }
}
