/// What `ordeal load --phase load` did: records were written, and nothing was measured.
public struct LoadingRecord: Sendable, Codable {
    public var target: String
    public var server: String
    public var workload: String
    public var clients: Int
    public var workers: Int
    public var seed: UInt64
    public var loading: LoadRecord.Loading

    public init(
        target: String,
        server: String,
        workload: String,
        clients: Int,
        workers: Int,
        seed: UInt64,
        loading: LoadRecord.Loading
    ) {
        self.target = target
        self.server = server
        self.workload = workload
        self.clients = clients
        self.workers = workers
        self.seed = seed
        self.loading = loading
    }

    public var text: String {
        "\(target)  \(server)  \(workload)\n" + loading.line
            + "             as fast as \(Figure.count(clients)) clients could; nothing was measured\n"
    }
}

extension LoadRecord.Loading {
    /// `loaded       100,000 records in 1.23 s (81,300/s)`.
    var line: String {
        let rate = seconds > 0 ? Figure.rate(Double(counts.ok) / seconds) : Figure.missing
        var text = "loaded       \(Figure.count(counts.ok)) records in "
        text += "\(Figure.duration(seconds)) (\(rate))"
        if counts.failed > 0 { text += ", \(Figure.count(counts.failed)) REFUSED" }
        if counts.unknown > 0 { text += ", \(Figure.count(counts.unknown)) UNKNOWN" }
        return text + "\n"
    }
}
