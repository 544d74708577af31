internal import Quantities

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What one fsync costs on a folder's disk: every durable figure stands on it.
///
/// Of a file that grows: a store that writes over what is there may take less.
package enum SyncCost {
    static let samples = 25
    /// About what a group commit of a busy log writes.
    static let bytesPerSample = 4096
    /// A disk this slow has said enough.
    static let longestMeasurement = Duration.milliseconds(500)

    /// The median in seconds; nil when the folder cannot be written.
    package static func measured(in folder: String) -> Double? {
        let path = "\(folder)/.sync-cost"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        defer {
            close(file)
            unsafe unlink(path)
        }
        let block = [UInt8](repeating: 0x5a, count: bytesPerSample)
        let clock = ContinuousClock()
        let start = clock.now
        var costs: [Double] = []
        while costs.count < samples, clock.now - start < longestMeasurement {
            guard (try? writeAll(block, to: file, path: path)) != nil else { return nil }
            let before = clock.now
            guard fsync(file) == 0 else { return nil }
            costs.append((clock.now - before).seconds)
        }
        costs.sort()
        return costs.isEmpty ? nil : costs[costs.count / 2]
    }
}
