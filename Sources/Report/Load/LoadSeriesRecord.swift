internal import Statistics

/// Measurements of several rates, one after the other: a ladder, or a search for the highest rate that
/// meets an objective.
public struct LoadSeriesRecord: Sendable, Codable {
    public var target: String
    public var server: String
    public var workload: String
    public var clients: Int
    public var workers: Int
    public var seed: UInt64
    /// In the order in which they were made; a search asks for some rates twice.
    public var measurements: [LoadRecord]
    /// nil for a ladder.
    public var search: Search?

    /// What a search was for, and what it came to.
    public struct Search: Sendable, Codable {
        public var objectives: [String]
        /// The highest rate that met the objectives, twice; nil where none did.
        public var highest: Double?
        /// The lowest rate above it that did not; nil where none was found.
        public var lowestMissed: Double?
        /// Why it went no higher: `objective`, `generator`, `bound`, `measurements` or
        /// `interrupted`.
        public var limit: String

        public init(
            objectives: [String],
            highest: Double?,
            lowestMissed: Double?,
            limit: String
        ) {
            self.objectives = objectives
            self.highest = highest
            self.lowestMissed = lowestMissed
            self.limit = limit
        }
    }

    public init(
        target: String,
        server: String,
        workload: String,
        clients: Int,
        workers: Int,
        seed: UInt64,
        measurements: [LoadRecord],
        search: Search?
    ) {
        self.target = target
        self.server = server
        self.workload = workload
        self.clients = clients
        self.workers = workers
        self.seed = seed
        self.measurements = measurements
        self.search = search
    }

    /// By rate, the earlier first where one was measured twice.
    public var climbing: [LoadRecord] {
        measurements.enumerated().sorted { left, right in
            (left.element.offered ?? 0, left.offset) < (right.element.offered ?? 0, right.offset)
        }.map(\.element)
    }
}

// As a table, for a terminal.
extension LoadSeriesRecord {
    public var text: String {
        var text = "\(target)  \(server)  \(workload)\n"
        text += "open loop, \(Figure.count(clients)) clients, "
        text += "\(workers) worker\(workers == 1 ? "" : "s"), "
        let seconds = measurements.map(\.seconds)
        if let least = seconds.min(), let most = seconds.max() {
            let range = most > least * 1.05 ? " to \(Figure.duration(most))" : ""
            text += "each rate measured \(Figure.duration(least))\(range), "
        }
        text += "seed \(seed)\n"
        if let loading = measurements.first?.loading { text += loading.line }
        text += "\n" + table.text
        var notes: [String] = []
        for (number, record) in voids.enumerated() {
            notes.append("void (\(number + 1))     \(record.void.joined(separator: "; "))")
        }
        if let search {
            notes += ["", search.text]
        } else if let expected = measurements.first?.expectations, !expected.isEmpty {
            notes.append("expected     \(expected.map(\.text).joined(separator: ", "))")
        }
        return text + notes.map { $0 + "\n" }.joined()
    }

    private var voids: [LoadRecord] { climbing.filter { !$0.void.isEmpty } }

    static let titles = [
        "offered", "ok", "p50", "p99", "p99.9", "max", "not ok", "lag p99", "CPU/op", "server",
    ]

    private var table: TextTable {
        var table = TextTable(
            columns: Self.titles.map { .init(title: $0, alignment: .right) }
                + [.init(title: "", alignment: .left)]
        )
        var voids = 0
        for record in climbing {
            if !record.void.isEmpty { voids += 1 }
            table.rows.append(Self.cells(record) + [Self.mark(record, number: voids)])
        }
        return table
    }

    static func cells(_ record: LoadRecord) -> [String] {
        let bad = record.counts.failed + record.counts.unknown
        let share = record.serverUsage.map { $0.time / max(record.seconds, 1e-9) }
        return [
            Figure.rate(record.offered), Figure.rate(record.achieved),
            Figure.duration(record.response?[0.5]), Figure.duration(record.response?[0.99]),
            Figure.duration(record.response?[0.999]), Figure.duration(record.response?.max),
            Figure.count(bad), Figure.duration(record.sendLag?[0.99]),
            Figure.duration(record.userPerOperation + record.systemPerOperation),
            Figure.percent(share),
        ]
    }

    /// How a measurement came out, in a word.
    static func mark(_ record: LoadRecord, number: Int? = nil) -> String {
        var words: [String] = []
        if !record.keepsUp { words.append("fell behind") }
        if record.keepsUp, !record.expectations.isEmpty {
            words.append(record.expectations.allSatisfy(\.isMet) ? "met" : "missed")
        }
        if !record.void.isEmpty { words.append(number.map { "void (\($0))" } ?? "void") }
        return words.joined(separator: ", ")
    }
}

extension LoadRecord {
    /// Whether the server answered as many requests as were offered.
    public var keepsUp: Bool { achieved >= 0.99 * (offered ?? 0) }
}

extension LoadSeriesRecord.Search {
    /// `highest rate with p99 < 5ms: 42,000/s; 44,000/s missed it`.
    public var text: String {
        var text = "highest rate with \(objectives.joined(separator: ", ")): "
        text += highest.map(Figure.rate) ?? "none was found"
        if highest != nil { text += ", met twice" }
        if let lowestMissed, limit == "objective" {
            text += "; \(Figure.rate(lowestMissed)) missed it"
        }
        switch limit {
        case "generator":
            text += "\nThe server may do more: the generator could not offer "
            text += "\(Figure.rate(lowestMissed)) (see void); write more --workers."
        case "bound": text += "\nThe search went to the end of what it may offer."
        case "measurements": text += "\nThe measurements did not agree: the machine is not quiet."
        case "interrupted": text += "\nInterrupted: this is not the end of the search."
        default: break
        }
        return text
    }
}
