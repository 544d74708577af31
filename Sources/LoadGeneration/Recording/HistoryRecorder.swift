internal import Histories
internal import Workloads

/// Notes what one worker's clients ask and are told, for the models of `Consistency`.
///
/// A process of the history is a place for one request under way: it asks one thing after the other,
/// whichever connection carries it. A request without an answer keeps its process for ever.
final class HistoryRecorder {
    /// What waits in memory longer than this goes to the file; a crash takes no more along.
    private static let flushInterval: Int64 = 80_000_000

    private(set) var operations = 0
    /// Bytes of the file so far.
    private(set) var bytes: Int
    private(set) var isCut = false

    private var writer = HistoryFileWriter()
    private var sealed: [UInt8] = []
    private let sink: HistorySink
    private let limit: Int
    private let workers: UInt64
    private let parts: Int
    private let naming: KeyNaming

    private var freeProcesses: [UInt32] = []
    private var processCount: UInt32 = 0
    /// Of whole records, by index; -1 where the key has yet to be named.
    private var recordKeys: [Int32]
    private var partKeys: [UInt64: UInt32] = [:]
    /// Values that no worker wrote, such as the store made up.
    private var texts: [[UInt8]: HistoryFile.Value] = [:]
    private var flushedAt: Int64 = 0

    /// - Parameter limit: Of the file's size in bytes; beyond it nothing more is recorded.
    init(path: String, limit: Int, workload: any Workload, workers: Int) throws {
        let header = HistoryFileWriter.header()
        sink = try HistorySink(path: path, header: header)
        bytes = header.count
        self.limit = limit
        self.workers = UInt64(workers)
        parts = workload.layout.parts
        naming = workload.shape.naming
        recordKeys = Array(repeating: -1, count: parts == 0 ? workload.records : 0)
    }

    /// The number that a write's value has in the history: no other write of the run has it.
    func value(_ stamp: WriteStamp) -> HistoryFile.Value {
        let worker = UInt64(stamp.writer) / UInt64(LoadEngine.writersPerWorker)
        return .number(UInt64(stamp.sequence) * workers + worker)
    }

    /// What a client was shown and nobody can have written.
    func value(text: [UInt8]) -> HistoryFile.Value {
        let part = Array(text.prefix(64))
        if let known = texts[part] { return known }
        let value = writer.value(part)
        texts[part] = value
        return value
    }

    func key(_ record: Int, part: Int) -> UInt32 {
        if parts == 0 {
            // Records that are added during the load.
            while recordKeys.count <= record { recordKeys.append(-1) }
            if recordKeys[record] < 0 {
                recordKeys[record] = Int32(writer.key(naming.bytes(of: record)))
            }
            return UInt32(recordKeys[record])
        }
        let name = UInt64(record) << 32 | UInt64(part)
        if let known = partKeys[name] { return known }
        let key = writer.key(KeyName.bytes(of: record, part: part))
        partKeys[name] = key
        return key
    }

    /// Notes that a request leaves; `Request.noProcess` once the history is cut.
    func invoke(_ invocation: HistoryFile.Invocation, key: UInt32, at now: Int64) -> UInt32 {
        guard !isCut else { return Request.noProcess }
        let process = freeProcesses.popLast() ?? processCount
        if process == processCount { processCount += 1 }
        // What a process was told came at `now` at the latest, and this leaves after it.
        writer.invoke(process: process, key: key, invocation, at: now + 1)
        operations += 1
        return process
    }

    func step(key: UInt32, _ step: HistoryFile.Step) {
        writer.step(key: key, step)
    }

    /// Notes what became of a request.
    func complete(_ process: UInt32, _ answer: HistoryFile.Answer, at now: Int64) {
        if answer != .unknown { freeProcesses.append(process) }
        guard !isCut else { return }
        writer.complete(process: process, answer, at: now)
    }

    func element(_ value: HistoryFile.Value) {
        if !isCut { writer.element(value) }
    }

    func result(_ answer: HistoryFile.Answer) {
        if !isCut { writer.result(answer) }
    }

    /// Hands over what has gathered, when there is much of it or it has waited; call it between
    /// events.
    func flushIfDue(at now: Int64) {
        let isDue = now - flushedAt >= Self.flushInterval && writer.eventCount > 0
        guard !isCut, isDue || writer.isChunkFull else { return }
        flushedAt = now
        if bytes + writer.byteCount > limit {
            writer.end(isCut: true)
            isCut = true
        }
        flush()
    }

    private func flush() {
        writer.seal(into: &sealed)
        bytes += sealed.count
        if !sink.write(&sealed), !isCut { isCut = true }
    }

    /// Ends the file; why it could not be written, if it could not.
    func close() -> String? {
        if !isCut {
            writer.end(isCut: false)
            flush()
        }
        return sink.close()
    }
}
