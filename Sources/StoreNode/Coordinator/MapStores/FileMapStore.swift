internal import NIOPosix
internal import Storage
internal import Synchronization
package import Topology

/// The map as a checksummed file of a data directory, replaced as a whole: one coordinator, which leads
/// from its start to its end.
package final class FileMapStore: MapStore {
    /// The map that was there when it was opened; nil in a new cluster.
    package let found: ClusterMap?
    private let directory: DataDirectory
    private let history: MapHistory
    /// One thread, so that maps are stored in their order.
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let tell = Mutex<(@Sendable (MapStoreEvent) -> Void)?>(nil)
    private static let name = "cluster-map"
    private static let endOfTime = Instant(nanoseconds: .max)
    private static let remedy =
        "Nothing else says which copies hold every acknowledged write. Put a copy of the file back and "
        + "start again: one that is older than what running nodes know is refused"

    package init(_ directory: DataDirectory) throws(StartFailure) {
        self.directory = directory
        history = MapHistory(directory)
        found = try Self.load(from: directory)
    }

    package func open(
        at address: Endpoint,
        _ tell: @escaping @Sendable (MapStoreEvent) -> Void
    ) {
        self.tell.withLock { $0 = tell }
        thread.start()
        tell(.leads(found, turn: 1, until: Self.endOfTime))
    }

    package func store(_ map: ClusterMap, turn: UInt64) {
        guard let tell = tell.withLock({ $0 }) else { return }
        thread.submit { state in
            guard state == .active else { return }
            do throws(FileFailure) {
                let content = SealedFile.clusterMap.encode(map.encoded())
                try self.directory.replace(Self.name, with: content)
                self.history.note(map)
                tell(.stored(map.epoch))
            } catch {
                tell(.failed("the map could not be stored: \(error)"))
            }
        }
    }

    package func close() {
        try? thread.syncShutdownGracefully()
        tell.withLock { $0 = nil }
    }

    private static func load(from directory: DataDirectory) throws(StartFailure) -> ClusterMap? {
        let path = directory.path(of: name)
        do throws(FileFailure) {
            let file = try directory.read(name)
            func refusal(_ reason: String) -> FileFailure {
                let count = file?.count ?? 0
                return FileFailure("use", path, reason: "\(reason) (\(count) bytes). \(remedy)")
            }
            switch FileReplacement.found(file, as: .clusterMap) {
            case .nothing: return nil
            case .content(let bytes):
                guard let map = ClusterMap(encoded: bytes) else {
                    throw refusal("it holds no cluster map")
                }
                return map
            case .unusable(let error):
                throw refusal(error.description)
            }
        } catch {
            throw .infrastructure(error.description)
        }
    }
}
