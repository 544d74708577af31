internal import Consistency
public import Statistics

/// A measurement of `ordeal load` as one self-contained page: what was asked, the figures, latency by
/// percentile and over time, and how far the generator can be believed.
public struct LoadPage: Sendable {
    private let record: LoadRecord
    private let response: LatencyHistogram
    private let service: LatencyHistogram
    private let sendLag: LatencyHistogram
    private let course: Course

    /// How latency and outcomes went, for the chart: with the requests of each band of latency, which
    /// the record is without.
    public struct Course: Sendable {
        /// More could not be told apart.
        public static var columnLimit: Int { TrialChart.columnLimit }

        public var buckets: [TimelineBucket]
        /// Of a bucket, in seconds.
        public var width: Double

        public init(_ buckets: [TimelineBucket], width: Double) {
            self.buckets = buckets
            self.width = width
        }
    }

    public init(
        _ record: LoadRecord,
        course: Course,
        response: LatencyHistogram,
        service: LatencyHistogram,
        sendLag: LatencyHistogram
    ) {
        self.record = record
        self.course = course
        self.response = response
        self.service = service
        self.sendLag = sendLag
    }

    public func render() throws -> String {
        try PageFrame.page(
            title: "Load on \(record.target)",
            record: record,
            footer: PageFrame.latencyFooter
        ) { markup in
            head(&markup)
            tiles(&markup)
            charts(&markup)
            tables(&markup)
            generator(&markup)
        }
    }

    private func head(_ markup: inout Markup) {
        let missed = record.expectations.filter { !$0.isMet }
        let tone = !record.void.isEmpty ? "void" : missed.isEmpty ? "valid" : "invalid"
        markup.element("header", class: "card banner \(tone)") { markup in
            markup.element("div", class: "head") { markup in
                markup.element("p", class: "eyebrow", "Ordeal load")
                markup.element("h1", record.target)
                markup.element("p", "\(record.server) · \(record.workload) · \(record.loopText)")
                guard !record.void.isEmpty || !record.expectations.isEmpty else { return }
                markup.element("ul") { markup in
                    for reason in record.void { markup.element("li", "Void: \(reason).") }
                    for expectation in record.expectations {
                        let words = expectation.isMet ? "Met" : "Missed"
                        let actual = expectation.actual ?? Figure.missing
                        markup.element("li", "\(words): \(expectation.text) (\(actual)).")
                    }
                }
            }
            guard !record.void.isEmpty || !record.expectations.isEmpty else { return }
            let word = !record.void.isEmpty ? "void" : missed.isEmpty ? "met" : "missed"
            markup.element("div", class: "outcome") { markup in
                markup.element("span", class: "pill big", word)
            }
        }
    }

    private func tiles(_ markup: inout Markup) {
        let bad = record.counts.failed + record.counts.unknown
        let part = record.operations > 0 ? Double(bad) / Double(record.operations) : 0
        let tiles = [
            (Figure.rate(record.achieved), "succeeded"),
            (record.offered.map(Figure.rate) ?? "closed loop", "offered"),
            (Figure.duration(record.response?[0.5]), "p50"),
            (Figure.duration(record.response?[0.99]), "p99"),
            (Figure.duration(record.response?[0.999]), "p99.9"),
            (Figure.duration(record.response?.max), "longest"),
            (bad == 0 ? "0" : Figure.percent(part), "failed or unknown"),
        ]
        PageFrame.tiles(tiles, to: &markup)
    }

    private func charts(_ markup: inout Markup) {
        let percentiles = PercentileChart([
            .init(name: "response, from the intended start", histogram: response, style: .response),
            .init(name: "service, from the sending", histogram: service, style: .service),
            .init(name: "send lag", histogram: sendLag, style: .lag),
        ])
        PageFrame.chart(percentiles.svg, legend: percentiles.legend, to: &markup)
        guard !course.buckets.isEmpty else { return }
        var trial = TrialRecord(
            seed: record.seed,
            directory: "",
            duration: record.seconds,
            verdict: .valid
        )
        trial.offered = record.offered
        trial.timeline = course.buckets
        trial.timelineWidth = course.width
        let legend = Legend.html(hasOffered: record.offered != nil, hasLosses: false)
        let chart = TrialChart(trial)
        PageFrame.chart(chart.svg, legend: legend, to: &markup)
    }

    private func tables(_ markup: inout Markup) {
        let names = LoadRecord.Latencies.fractions.map(Quantile.name)
        var rows: [[String]] = []
        func add(_ name: String, _ latencies: LoadRecord.Latencies?) {
            guard let latencies else { return }
            let values = LoadRecord.Latencies.fractions.map { Figure.duration(latencies[$0]) }
            rows.append(
                [name, Figure.count(latencies.count), Figure.duration(latencies.mean)] + values
                    + [Figure.duration(latencies.max)]
            )
        }
        add("response", record.response)
        add("service", record.service)
        if record.kinds.count > 1 { for kind in record.kinds { add(kind.name, kind.response) } }
        add("send lag", record.sendLag)
        let titles = ["latency", "count", "mean"] + names + ["max"]
        markup.element("section", class: "card") { markup in
            PlainTable(titles: titles, numbers: Set(1..<titles.count), rows: rows)
                .write(to: &markup)
            guard !record.failures.isEmpty else { return }
            markup.element("h3", "What did not succeed")
            let failures = record.failures.map { [$0.name, $0.outcome, Figure.count($0.count)] }
            PlainTable(titles: ["class", "outcome", "count"], numbers: [2], rows: failures)
                .write(to: &markup)
        }
    }

    private func generator(_ markup: inout Markup) {
        let own = record.generator
        var rows: [(name: String, value: String)] = [
            ("requests", requests),
            (
                "generator's processors",
                "\(Figure.duration(record.userPerOperation + record.systemPerOperation)) an operation, "
                    + "the busiest thread \(Figure.percent(own.busiestCore)) of a core"
            ),
            (
                "Little's law",
                "\(Figure.significant(own.outstanding)) requests under way, "
                    + "\(Figure.significant(own.expectedOutstanding)) by number and times of those "
                    + "that ended"
            ),
        ]
        if let gap = record.longestGap {
            let length = Figure.duration(gap.length)
            let end = gap.isOpen ? " to the end" : ""
            let start = Figure.moment(gap.start)
            rows.append(("longest gap", "\(length) without a success, from \(start)\(end)"))
        }
        if let loading = record.loading, loading.missing > 0 {
            rows.append(("not loaded", "\(Figure.count(loading.missing)) records"))
        }
        if let steal = own.steal { rows.append(("steal", Figure.percent(steal))) }
        if let usage = record.serverUsage, record.seconds > 0 {
            let each = Figure.duration(record.perOperation(usage.time))
            let cores = Figure.percent(usage.time / record.seconds)
            rows.append(("server's processors", "\(each) an operation, \(cores) of a core"))
        }
        rows.append(("seed", "\(record.seed)"))
        markup.element("section", class: "card") { markup in
            PlainTable.writeKeys(rows, to: &markup)
        }
    }

    private var requests: String {
        let due = record.offered == nil ? "" : "\(Figure.count(record.scheduled)) due, "
        return due + "\(Figure.count(record.issued)) sent: \(Figure.count(record.counts.ok)) ok, "
            + "\(Figure.count(record.counts.failed)) failed, "
            + "\(Figure.count(record.counts.unknown)) unknown"
    }
}

extension LoadRecord {
    /// `open loop 20000/s, 50 clients, 1 worker, measured 30 s`.
    var loopText: String {
        "\(load), \(Figure.count(clients)) clients, \(workers) worker\(workers == 1 ? "" : "s"), "
            + "measured \(Figure.duration(seconds))"
    }
}
