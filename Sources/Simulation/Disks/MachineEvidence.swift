/// How often something happened to disks and clocks: what a run did not meet, it did not show.
public struct MachineEvidence: Sendable, Equatable {
    /// Writes that were not synced and of which a power loss left nothing, and some sectors.
    public var droppedWrites = 0
    public var tornWrites = 0
    /// Changes of a directory that a power loss undid.
    public var droppedNames = 0
    public var flippedBits = 0
    public var clockJumps = 0

    public init() {}

    static func + (one: Self, other: Self) -> Self {
        var sum = one
        sum.droppedWrites += other.droppedWrites
        sum.tornWrites += other.tornWrites
        sum.droppedNames += other.droppedNames
        sum.flippedBits += other.flippedBits
        sum.clockJumps += other.clockJumps
        return sum
    }
}
