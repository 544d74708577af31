internal import Storage
package import Topology

/// Where a coordinator keeps the cluster map: what is announced survives a power loss.
package protocol MapStore: Sendable {
    /// The map that was stored last; nil in a new cluster.
    func load() throws(StartFailure) -> ClusterMap?
    /// Returns once the map is durable. Called on a thread that may wait.
    func store(_ map: ClusterMap) throws(FileFailure)
}

/// The map as a checksummed file of a data directory, replaced as a whole.
package struct FileMapStore: MapStore {
    private let directory: DataDirectory
    private let history: MapHistory
    private static let name = "cluster-map"

    package init(_ directory: DataDirectory) {
        self.directory = directory
        history = MapHistory(directory)
    }

    package func load() throws(StartFailure) -> ClusterMap? {
        let path = directory.path(of: Self.name)
        do throws(FileFailure) {
            switch FileReplacement.found(try directory.read(Self.name), as: .clusterMap) {
            case .nothing: return nil
            case .content(let bytes):
                guard let map = ClusterMap(encoded: bytes) else {
                    throw FileFailure("use", path, reason: "it holds no cluster map")
                }
                return map
            case .unusable(let error):
                throw FileFailure("use", path, reason: error.description)
            }
        } catch {
            throw .infrastructure(error.description)
        }
    }

    package func store(_ map: ClusterMap) throws(FileFailure) {
        try directory.replace(Self.name, with: SealedFile.clusterMap.encode(map.encoded()))
        history.note(map)
    }
}
