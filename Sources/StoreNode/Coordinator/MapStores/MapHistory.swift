internal import CSystemCalls
import Glibc
internal import Synchronization
internal import Topology

/// Every change of the map as a line of text, for whoever asks afterwards who was in sync when.
///
/// Nothing is decided by it, so a history that cannot be written stops nothing.
final class MapHistory: Sendable {
    static let name = "map-history"
    /// Beyond it the history starts over, with the whole map.
    private static let byteLimit = 64 << 20

    private let path: String
    private let last: Mutex<(map: ClusterMap?, byteCount: Int)>

    /// Goes on with what an earlier process wrote.
    init(_ directory: DataDirectory) {
        path = directory.path(of: Self.name)
        var information = stat()
        let isThere = unsafe stat(path, &information) == 0
        last = Mutex((nil, isThere ? Int(information.st_size) : 0))
    }

    /// Notes what became durable just now.
    func note(_ map: ClusterMap) {
        last.withLock { last in
            if last.byteCount > Self.byteLimit { last = (nil, 0) }
            let changes = ShardChange.changes(
                from: last.map,
                to: map,
                at: ordeal_monotonic_nanoseconds()
            )
            let text = Array(changes.map { $0.line + "\n" }.joined().utf8)
            let isFirst = last.byteCount == 0
            last = (map, last.byteCount + text.count)
            guard let file = isFirst ? try? OpenFile.overwrite(path) : try? OpenFile.append(path)
            else { return }
            try? file.write(text, count: text.count)
        }
    }
}
