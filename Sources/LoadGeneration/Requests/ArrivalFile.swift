internal import Foundation
internal import Workloads

/// Reads a file of arrivals, as much of it as one worker sends.
enum ArrivalFile {
    static func times(of configuration: WorkerConfiguration) throws -> [Int64] {
        guard case .recorded(let file) = configuration.load else { return [] }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try RecordedArrivals(parsing: text)
            .share(of: configuration.worker, among: configuration.workers)
    }
}
