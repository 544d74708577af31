public import Topology

/// What a data directory knows about the copy in it, so that the next process can tell whether it
/// may have lost something.
public struct CopyState: Equatable, Sendable {
    public var copy: CopyID
    /// How the last process wrote the log.
    public var durability: Durability
    /// The kernel's own boot identity at that time: page caches do not outlive it.
    public var kernelBoot: String
    /// Whether the last process ended with everything synced.
    public var isClosed: Bool

    public init(copy: CopyID, durability: Durability, kernelBoot: String, isClosed: Bool) {
        self.copy = copy
        self.durability = durability
        self.kernelBoot = kernelBoot
        self.isClosed = isClosed
    }

    /// The bytes to store in a ``SealedFile``.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(copy.value)
        writer.write(durability.rawValue)
        writer.write(kernelBoot)
        writer.write(isClosed)
        return writer.bytes
    }

    /// Nil where the bytes are not a whole state.
    public init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let copy = reader.read(UInt64.self),
            let durability = reader.readString().flatMap(Durability.init(rawValue:)),
            let kernelBoot = reader.readString(), let isClosed = reader.readBool(),
            reader.remaining == 0
        else { return nil }
        self.init(
            copy: CopyID(copy),
            durability: durability,
            kernelBoot: kernelBoot,
            isClosed: isClosed
        )
    }
}

/// Whether a process that starts holds the copy that its predecessor held.
public enum CopyContinuity: Equatable, Sendable {
    case same(CopyID)
    /// Something may be lost: the copy needs a new identity and counts as missing.
    case new(why: String)

    /// Decides before the log is read; damage found there overrules ``same(_:)``.
    public static func decide(
        stored: CopyState?,
        durability: Durability,
        kernelBoot: String
    ) -> CopyContinuity {
        guard durability.writesLog else { return .new(why: "memory does not outlive a process") }
        guard let stored else { return .new(why: "the data directory is new") }
        switch stored.durability {
        case .memory:
            return .new(why: "the last process kept its data in memory")
        case .logEverySecond where !stored.isClosed && stored.kernelBoot != kernelBoot:
            return .new(why: "the machine started anew before the log was synced")
        case .logEverySecond, .logAlways:
            return .same(stored.copy)
        }
    }

    /// Whether the log that is there may be read at all.
    ///
    /// After a life in memory it lacks what that life knew, and its terms are stale.
    public static func mayReadLog(of stored: CopyState?) -> Bool {
        stored.map { $0.durability.writesLog } ?? false
    }
}
