package import Topology

/// Where the cluster map lives, and which of several coordinators may change it.
///
/// What is announced survives a power loss. A new kind is one file here and one case of
/// `MapStoreSettings`.
package protocol MapStore: Sendable {
    /// Begins to ask for the right to change the map; events come one after the other, on a thread of
    /// the store's own.
    ///
    /// - Parameter address: where nodes reach this coordinator.
    func open(
        at address: Endpoint,
        _ tell: @escaping @Sendable (MapStoreEvent) -> Void
    ) throws(StartFailure)

    /// Makes a map durable; `stored` says when it is. Waits for nothing.
    func store(_ map: ClusterMap, turn: UInt64)

    /// Lets go of the right to change the map for a while: no node reaches this coordinator.
    func yield(turn: UInt64)

    /// A node has found this coordinator, which does not decide.
    func sought()

    /// Finishes what is being stored, and lets go of the right to change the map.
    func close()
}

extension MapStore {
    // A store of one coordinator has nobody to leave it to.
    package func yield(turn: UInt64) {}
    package func sought() {}
}

/// What a store tells its coordinator.
package enum MapStoreEvent: Sendable {
    /// From now on this coordinator decides, going on from this map, until then and no longer.
    case leads(ClusterMap?, turn: UInt64, until: Instant)
    case prolonged(until: Instant)
    /// It must not decide any more; whoever is named does.
    case follows(leader: String?)
    case stored(Epoch)
    case note(String)
    /// The map can be neither read nor kept.
    case failed(String)
}

/// Which store a coordinator has.
public enum MapStoreSettings: Equatable, Sendable {
    /// A file in the data directory: one coordinator.
    case file
    /// Several coordinators; the keys begin with the prefix.
    case etcd([Endpoint], prefix: String)

    public static let defaultPrefix = "/keel"
    /// As command lines and plans name them.
    public static let names = ["file", "etcd"]
}
