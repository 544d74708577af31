internal import Foundation
internal import Synchronization

/// Writes a history's chunks to their file on a thread of its own, in the order of their coming.
///
/// A disk that stalls must not stall the load; what waits for it is bounded, and then the history
/// is cut.
final class HistorySink: Sendable {
    /// Chunks of some minutes at any rate that one worker reaches.
    private static let mostWaiting = 64 << 20

    private struct State {
        var spare: [[UInt8]] = []
        var waiting = 0
        var failure: String?
    }

    private let file: FileHandle
    private let queue = DispatchQueue(label: "history")
    private let state = Mutex(State())

    init(path: String, header: [UInt8]) throws {
        try Data(header).write(to: URL(fileURLWithPath: path))
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
    }

    /// Takes a chunk and gives a buffer back that has room for the next.
    ///
    /// - Returns: False when the file does not take any more.
    func write(_ chunk: inout [UInt8]) -> Bool {
        let full = chunk
        let (next, isOpen) = state.withLock { state in
            state.waiting += full.count
            return (
                state.spare.popLast() ?? [],
                state.failure == nil && state.waiting <= Self.mostWaiting
            )
        }
        chunk = next
        queue.async { [self] in put(full) }
        return isOpen
    }

    private func put(_ chunk: [UInt8]) {
        let failure: String?
        do {
            try file.write(contentsOf: chunk)
            failure = nil
        } catch {
            failure = fileProblem(error)
        }
        state.withLock { state in
            state.waiting -= chunk.count
            state.failure = state.failure ?? failure
            state.spare.append(chunk)
        }
    }

    /// Waits until everything is in the file; why it is not, if it is not.
    func close() -> String? {
        queue.sync { try? file.close() }
        return state.withLock { $0.failure }
    }
}
