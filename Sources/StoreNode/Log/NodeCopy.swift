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

    private static let stateName = "copy"
    private static let remedy =
        "What the log lacks cannot be told without it. Move the folder away and start again, or go on "
        + "without its data under --accept-damage"

    /// Locks the directory and replays its log.
    ///
    /// - Parameter acceptsDamage: Whether to go on with what is left where the log, or what is known
    ///   of it, is damaged by more than a torn tail.
    package static func open(
        _ path: String,
        durability: Storage.Durability,
        acceptsDamage: Bool = false
    ) throws(StartFailure) -> NodeCopy {
        let directory = try DataDirectory(path)
        do throws(FileFailure) {
            let (stored, problem) = try readState(in: directory)
            let boot = try kernelBoot()
            var continuity = CopyContinuity.decide(
                stored: stored,
                durability: durability,
                kernelBoot: boot
            )
            if let problem {
                guard acceptsDamage || !durability.writesLog else {
                    throw FileFailure("use the log in", path, reason: problem + ". " + Self.remedy)
                }
                continuity = .new(why: problem)
            }
            var log: ReplayedLog?
            if durability.writesLog {
                let replayed = try ReplayedLog(
                    directory,
                    counts: CopyContinuity.mayReadLog(of: stored),
                    acceptsDamage: acceptsDamage
                )
                if let damage = replayed.damage { continuity = .new(why: damage) }
                log = replayed
            }
            let (identity, whyNew) = identity(by: continuity)
            let state = CopyState(
                copy: identity,
                durability: durability,
                kernelBoot: boot,
                isClosed: false
            )
            try write(state, in: directory)
            return NodeCopy(
                directory: directory,
                durability: durability,
                identity: identity,
                whyNew: whyNew,
                hasPredecessor: stored != nil || problem != nil,
                shards: log?.shards ?? [],
                header: log?.next,
                oldestSegment: log?.oldest ?? 1
            )
        } catch {
            throw .infrastructure(error.description)
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
                medium: FileLogMedium(directory),
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
        try Self.write(state, in: directory)
    }

    private static func identity(by continuity: CopyContinuity) -> (CopyID, whyNew: String?) {
        switch continuity {
        case .same(let copy):
            return (copy, nil)
        case .new(let why):
            var random = SystemRandomNumberGenerator()
            return (CopyID(random.next() | 1), why)
        }
    }

    private static func readState(
        in directory: DataDirectory
    ) throws(FileFailure) -> (state: CopyState?, problem: String?) {
        switch FileReplacement.found(try directory.read(stateName), as: .copyState) {
        case .nothing: return (nil, nil)
        case .content(let content):
            let state = CopyState(encoded: content)
            return (state, state == nil ? "the file \(stateName) makes no sense" : nil)
        case .unusable(let error):
            return (nil, "the file \(stateName) cannot be used: \(error)")
        }
    }

    private static func write(
        _ state: CopyState,
        in directory: DataDirectory
    ) throws(FileFailure) {
        try directory.replace(stateName, with: SealedFile.copyState.encode(state.encoded()))
    }

    private static func kernelBoot() throws(FileFailure) -> String {
        let bytes = try OpenFile.read("/proc/sys/kernel/random/boot_id").readAll()
        return String(decoding: bytes, as: UTF8.self)
    }
}
