/// The key indices that one worker owns: `first`, `first + stride`, and so on.
///
/// Worker w of n takes `OwnedKeys(first: w, stride: n, count: …)`; a worker alone takes them all.
public struct OwnedKeys: Sendable, Hashable {
    public let first: Int
    public let stride: Int
    public let count: Int

    public init(first: Int = 0, stride: Int = 1, count: Int) {
        precondition(first >= 0 && stride > 0 && count >= 0, "Key indices count upwards from 0.")
        self.first = first
        self.stride = stride
        self.count = count
    }

    /// The slice of worker `worker` among `workers` when keys 0..<keyCount are dealt out in turn.
    public init(worker: Int, of workers: Int, keyCount: Int) {
        let rest = max(0, keyCount - worker)
        self.init(first: worker, stride: workers, count: (rest + workers - 1) / workers)
    }

    public func key(at position: Int) -> Int {
        first + position * stride
    }

    /// Where a key stands in this worker's tables, or `nil` if another worker owns it.
    public func position(of key: Int) -> Int? {
        let offset = key - first
        // Divisions are the dearest part of it, and one worker alone needs none.
        if stride == 1 { return offset >= 0 && offset < count ? offset : nil }
        guard offset >= 0, offset % stride == 0, offset / stride < count else { return nil }
        return offset / stride
    }
}
