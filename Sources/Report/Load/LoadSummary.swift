/// The summary of a measurement on a terminal.
extension LoadRecord {
    public var text: String {
        var lines = ["\(target)  \(server)  \(workload)", loopLine, ""]
        lines += [latencyTable]
        lines += requestLines
        lines += generatorLines
        for expectation in expectations {
            let mark = expectation.isMet ? "met   " : "MISSED"
            lines.append("expect       \(mark) \(expectation.text) (\(expectation.actual ?? "–"))")
        }
        for reason in void { lines.append("VOID         \(reason)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var loopLine: String {
        var parts = [
            load, "\(Figure.count(clients)) clients", "\(workers) worker\(workers == 1 ? "" : "s")",
        ]
        if warmup > 0 { parts.append("warm-up \(Figure.duration(warmup))") }
        parts.append("measured \(Figure.duration(seconds))")
        parts.append("seed \(seed)")
        return parts.joined(separator: ", ")
    }

    private var latencyTable: String {
        let names = ["p50", "p90", "p99", "p99.9", "p99.99"]
        var table = TextTable(
            columns: [.init(title: "latency", alignment: .left)]
                + (names + ["max", "count"]).map { .init(title: $0, alignment: .right) }
        )
        func add(_ name: String, _ latencies: Latencies?) {
            guard let latencies else { return }
            let values = Latencies.fractions.map { Figure.duration(latencies[$0]) }
            table.rows.append(
                [name] + values
                    + [Figure.duration(latencies.max), Figure.count(latencies.count)]
            )
        }
        add("response", response)
        add("service", service)
        if kinds.count > 1 { for kind in kinds { add("· \(kind.name)", kind.response) } }
        add("send lag", sendLag)
        return table.text
    }

    private var requestLines: [String] {
        var sent = "requests     "
        if offered != nil { sent += "\(Figure.count(scheduled)) due, " }
        sent += "\(Figure.count(issued)) sent: \(Figure.count(counts.ok)) ok, "
        sent += "\(Figure.count(counts.failed)) failed, \(Figure.count(counts.unknown)) unknown"
        var rate = "throughput   \(Figure.rate(achieved)) ok"
        if let offered { rate += " of \(Figure.rate(offered)) offered" }
        var lines = [rate, sent]
        let missing = kinds.reduce(0) { $0 + $1.missing }
        if missing > 0 { lines.append("misses       \(Figure.count(missing)) reads found nothing") }
        for failure in failures {
            lines.append(
                "error        \(failure.name) \(Figure.count(failure.count)) (\(failure.outcome))"
            )
        }
        return lines
    }

    private var generatorLines: [String] {
        let total = userPerOperation + systemPerOperation
        var own = "generator    \(Figure.duration(total)) CPU/op "
        own += "(user \(Figure.duration(userPerOperation)), "
        own += "system \(Figure.duration(systemPerOperation))), "
        own += "busiest worker \(Figure.percent(generator.busiestCore)) of a core"
        var state: [String] = []
        if let waiting = generator.waiting {
            state.append("\(Figure.percent(waiting)) of the time waiting for a processor")
        }
        if let steal = generator.steal { state.append("steal \(Figure.percent(steal))") }
        state.append("memory \(Figure.bytes(generator.peakMemory))")
        let counted = Figure.significant(generator.outstanding)
        let expected = Figure.significant(generator.expectedOutstanding)
        state.append("under way \(counted), by Little's law \(expected)")
        if generator.reconnections > 0 { state.append("\(generator.reconnections) reconnections") }
        if generator.redirections > 0 { state.append("\(generator.redirections) redirections") }
        var lines = [own, "             " + state.joined(separator: ", ")]
        if let serverUsage, seconds > 0 {
            let cores = Figure.percent(serverUsage.time / seconds)
            let each = Figure.duration(perOperation(serverUsage.time))
            lines.append(
                "server       \(each) CPU/op, \(cores) of a core (process \(serverUsage.process))"
            )
        }
        return lines
    }
}
