internal import Statistics

/// The summary of a measurement on a terminal.
extension LoadRecord {
    public var text: String {
        var text = "\(target)  \(server)  \(workload)\n\(loopLine)\n"
        if let loading { text += loading.line }
        text += "\n" + latencyTable
        let lines = requestLines + generatorLines + judgementLines
        return text + lines.joined(separator: "\n") + "\n"
    }

    private var loopLine: String {
        var parts = [
            load, "\(Figure.count(clients)) clients", "\(workers) worker\(workers == 1 ? "" : "s")",
        ]
        if let quantum, quantum > 0 { parts.append("quantum \(Figure.duration(quantum))") }
        if warmup > 0 { parts.append("warm-up \(Figure.duration(warmup))") }
        parts.append("measured \(Figure.duration(seconds))")
        parts.append("seed \(seed)")
        return parts.joined(separator: ", ")
    }

    private var latencyTable: String {
        let names = Latencies.fractions.map { Statistics.Quantile.name(of: $0) }
        var table = TextTable(
            columns: [.init(title: "latency", alignment: .left)]
                + (["mean"] + names + ["max", "count"]).map {
                    .init(title: $0, alignment: .right)
                }
        )
        var isUnsupported = false
        func add(_ name: String, _ latencies: Latencies?) {
            guard let latencies else { return }
            let values = Latencies.fractions.map { Figure.duration(latencies[$0]) }
            isUnsupported = isUnsupported || values.contains(Figure.missing)
            table.rows.append(
                [name, Figure.duration(latencies.mean)] + values
                    + [Figure.duration(latencies.max), Figure.count(latencies.count)]
            )
        }
        add("response", response)
        add("service", service)
        if kinds.count > 1 { for kind in kinds { add("· \(kind.name)", kind.response) } }
        add("send lag", sendLag)
        guard !table.rows.isEmpty else { return "No request succeeded.\n\n" }
        let note = "\(Figure.missing) fewer than ten requests lie above it\n"
        return table.text + (isUnsupported ? note : "") + "\n"
    }

    private var requestLines: [String] {
        var sent = "requests     "
        if offered != nil { sent += "\(Figure.count(scheduled)) due, " }
        sent += "\(Figure.count(issued)) sent: \(Figure.count(counts.ok)) ok, "
        sent += "\(Figure.count(counts.failed)) failed, \(Figure.count(counts.unknown)) unknown"
        var rate = "throughput   \(Figure.rate(achieved)) ok"
        if let offered { rate += " of \(Figure.rate(offered)) offered" }
        var lines = [rate]
        let width = timelineWidth ?? TimelineBucket.width
        if let course = Course(timeline, width: width, seconds: seconds) { lines += course.lines }
        lines.append(sent)
        let missing = kinds.reduce(0) { $0 + $1.missing }
        if missing > 0 { lines.append("misses       \(Figure.count(missing)) reads found nothing") }
        for failure in failures {
            lines.append(
                "error        \(failure.name) \(Figure.count(failure.count)) (\(failure.outcome))"
            )
        }
        if let gap = longestGap, gap.length >= Self.leastGap {
            lines.append(
                "longest gap  \(Figure.duration(gap.length)) without a success, "
                    + "from \(Figure.moment(gap.start))" + (gap.isOpen ? " to the end" : "")
            )
        }
        return lines
    }

    /// Shorter ones are nothing but the time between two requests.
    private static let leastGap = 0.1

    private var generatorLines: [String] {
        let total = userPerOperation + systemPerOperation
        var own = "generator    \(Figure.duration(total)) CPU/op "
        own += "(user \(Figure.duration(userPerOperation)), "
        own += "system \(Figure.duration(systemPerOperation))), "
        own += "\(threadText) of a core"
        if let polling = generator.polling {
            own += ", \(Figure.percent(polling)) of one waiting awake"
        }
        var state: [String] = []
        if let waiting = generator.waiting {
            state.append("\(Figure.percent(waiting)) of the time waiting for a processor")
        }
        if let steal = generator.steal { state.append("steal \(Figure.percent(steal))") }
        state.append("memory \(Figure.bytes(generator.peakMemory))")
        var flow = "under way \(Figure.significant(generator.outstanding)), by Little's law "
        flow += Figure.significant(generator.expectedOutstanding)
        if generator.reconnections > 0 { flow += ", \(generator.reconnections) reconnections" }
        if generator.redirections > 0 { flow += ", \(generator.redirections) redirections" }
        let indent = String(repeating: " ", count: 13)
        var lines = [own, indent + state.joined(separator: ", "), indent + flow]
        let law = LittlesLaw(
            underWay: generator.outstanding,
            expected: generator.expectedOutstanding
        )
        if !law.holds { lines.append("warning      \(law.text)") }
        if let serverUsage, seconds > 0 {
            let cores = Figure.percent(serverUsage.time / seconds)
            let each = Figure.duration(perOperation(serverUsage.time))
            lines.append(
                "server       \(each) CPU/op, \(cores) of a core (process \(serverUsage.process))"
            )
        }
        return lines
    }

    /// `busiest thread 31.0 %`, and of several what each used.
    private var threadText: String {
        let busiest = "busiest thread \(Figure.percent(generator.busiestCore))"
        guard (2...Self.mostThreads).contains(generator.threads.count) else { return busiest }
        return "threads "
            + generator.threads.map { Figure.percent($0.core) }.joined(separator: ", ")
    }

    /// With more, the line would fill the screen.
    private static let mostThreads = 8

    private var judgementLines: [String] {
        expectations.map { expectation in
            let mark = expectation.isMet ? "met   " : "MISSED"
            return "expect       \(mark) \(expectation.text) (\(expectation.actual ?? "–"))"
        } + void.map { "VOID         \($0)" }
    }
}

/// Successes over the time of a measurement, as one line of bars.
private struct Course {
    private let rates: [Double]

    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let mostBars = 60
    /// With fewer there is nothing to see.
    private static let leastBars = 5

    /// nil where the measurement is too short.
    init?(_ timeline: [TimelineBucket], width: Double, seconds: Double) {
        let buckets = Int((seconds / width).rounded(.down))
        let perBar = max(1, (buckets + Self.mostBars - 1) / Self.mostBars)
        let count = buckets / perBar
        guard count >= Self.leastBars else { return nil }
        var sums = [Int](repeating: 0, count: count)
        let length = Double(perBar) * width
        for bucket in timeline where bucket.start > -width / 2 {
            let index = Int((bucket.start + width / 2) / length)
            if index < count { sums[index] += bucket.ok }
        }
        rates = sums.map { Double($0) / length }
    }

    var lines: [String] {
        guard let least = rates.min(), let most = rates.max(), most > 0 else { return [] }
        let line = rates.map { rate in
            let height = Int((rate / most * Double(Self.bars.count)).rounded(.up)) - 1
            return rate > 0 ? Self.bars[max(0, height)] : " "
        }
        return [
            "over time    \(String(line))",
            "             \(Figure.rate(least)) to \(Figure.rate(most))",
        ]
    }
}
