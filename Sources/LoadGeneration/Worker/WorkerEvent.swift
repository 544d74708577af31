internal import Foundation

/// One line of a worker's standard output, as JSON.
public struct WorkerEvent: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
        /// The records are there and the connections stand; the worker waits for `start`.
        case loaded
        /// About every 250 ms.
        case progress
        /// The result files are complete.
        case finished
        /// Nothing can come of it; `reason` says why.
        case failed
    }

    public var event: Kind
    public var worker: Int
    /// `preparing`, `insert`, `ready`, `warmup`, `measure` or `drain`.
    public var phase: String
    /// Nanoseconds of the monotonic clock.
    public var at: Int64
    /// Since the phase `insert` began, or since the start: all requests that ended.
    public var ok = 0
    public var failed = 0
    public var unknown = 0
    /// Seconds, of the last thousand successes or more; null while there are fewer.
    public var p99: Double?
    public var reason: String?

    /// The line, its end included.
    func line() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers, strings and nothing that JSON cannot say.
        let body = (try? encoder.encode(self)) ?? Data(#"{"event":"failed"}"#.utf8)
        return body + Data("\n".utf8)
    }

    /// Reads a line of a worker; nil for anything else.
    public init?(line: String) {
        let decoder = JSONDecoder()
        guard let event = try? decoder.decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = event
    }

    init(_ event: Kind, worker: Int, phase: String, at: Int64, reason: String? = nil) {
        self.event = event
        self.worker = worker
        self.phase = phase
        self.at = at
        self.reason = reason
    }
}

/// One line that a worker obeys.
public enum WorkerCommand: Equatable, Sendable {
    /// Begin the warm-up at this time of the monotonic clock.
    case start(at: Int64)
    /// End the measurement now, and write the results.
    case stop

    public init?(line: String) {
        let words = line.split(separator: " ")
        if words == ["stop"] {
            self = .stop
        } else if words.count == 2, words[0] == "start", let time = Int64(words[1]), time >= 0 {
            self = .start(at: time)
        } else {
            return nil
        }
    }

    /// Without its end.
    public var line: String {
        switch self {
        case .start(let time): "start \(time)"
        case .stop: "stop"
        }
    }
}
