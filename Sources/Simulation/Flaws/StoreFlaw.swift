public import Replication
public import Storage
public import Topology

/// What a broken store does otherwise than the honest one: the simulator's own test.
///
/// Each requirement is a seam between the cores and the world; by default everything passes it as it
/// is. Flaws are registered by test executables alone.
public protocol StoreFlaw: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }

    init()

    /// The modes that a node's core is made with.
    func modes(_ honest: [any ReplicationMode.Type]) -> [any ReplicationMode.Type]
    /// The steps in which a batch of the log is written.
    func logSteps(_ honest: [LogStep]) -> [LogStep]
    /// What a recovering process reads in place of a record of its log.
    func replayed(_ record: LogRecord) -> [LogRecord]
    /// What a core hears in place of an event.
    func heard(_ event: Event, at now: Instant) -> Event
    /// What is carried out in place of an effect; nil for nothing.
    func wanted(_ effect: Effect) -> Effect?
    /// Whether a node answers a read from its state, given that it may or may not, and how long ago it
    /// last might.
    func serves(_ may: Bool, sinceItMight: UInt64?) -> Bool
    /// The identity of a process's copy, given the one that it should have and its predecessor's.
    func copy(_ honest: CopyID, after predecessor: CopyID?) -> CopyID
    /// The map that reaches the coordinator's disk in place of a new one.
    func stored(_ map: ClusterMap, after old: ClusterMap?) -> ClusterMap
    /// The map that the coordinator's core decides by, and the one that nodes are told, given an honest
    /// one.
    func decided(_ election: ElectionRule) -> ElectionRule
    func announced(_ map: ClusterMap, honest: ElectionRule) -> ClusterMap
}

extension StoreFlaw {
    public func modes(_ honest: [any ReplicationMode.Type]) -> [any ReplicationMode.Type] {
        honest
    }
    public func logSteps(_ honest: [LogStep]) -> [LogStep] { honest }
    public func replayed(_ record: LogRecord) -> [LogRecord] { [record] }
    public func heard(_ event: Event, at now: Instant) -> Event { event }
    public func wanted(_ effect: Effect) -> Effect? { effect }
    public func serves(_ may: Bool, sinceItMight: UInt64?) -> Bool { may }
    public func copy(_ honest: CopyID, after predecessor: CopyID?) -> CopyID { honest }
    public func stored(_ map: ClusterMap, after old: ClusterMap?) -> ClusterMap { map }
    public func decided(_ election: ElectionRule) -> ElectionRule { election }
    public func announced(_ map: ClusterMap, honest: ElectionRule) -> ClusterMap { map }
}
