/// When a replica *has* an entry, and with it what a crash can take from it.
public enum Durability: String, CaseIterable, Codable, Sendable {
    /// Once it is in memory: the end of the process loses it.
    case memory
    /// Once it is given to the kernel, which is told to write it out every second: a power loss
    /// loses it.
    case logEverySecond = "log-everysec"
    /// Once it is on the disk; one sync covers what arrived while the one before it ran.
    case logAlways = "log-always"

    /// Whether there is a log at all.
    public var writesLog: Bool { self != .memory }
}
