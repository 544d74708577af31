import Report
import Statistics
import Testing

@Suite struct LoadPageTests {
    private static func histogram(_ count: Int, from least: UInt64) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for index in 1...count {
            // A tail that grows with each nine.
            let rest = Double(count) / Double(count - index + 1)
            histogram.record(nanoseconds: least + UInt64(rest.squareRoot() * 20_000))
        }
        return histogram
    }

    private static func record(target: String = "redis://127.0.0.1:6379") -> LoadRecord {
        var record = LoadRecord(
            target: target,
            server: "redis 7.0.15 standalone",
            workload: "ycsb-a",
            load: "open loop 20000/s",
            clients: 50,
            workers: 1,
            seed: 7,
            warmup: 1,
            seconds: 3,
            scheduled: 60_000,
            issued: 60_000,
            counts: OperationCounts(ok: 59_990, failed: 10, unknown: 0),
            offered: 20_000,
            achieved: 19_996,
            generator: .init(
                userTime: 0.1,
                systemTime: 0.5,
                busiestCore: 0.2,
                waiting: 0.01,
                steal: 0,
                outstanding: 3,
                expectedOutstanding: 3,
                peakMemory: 10_000_000,
                reconnections: 0,
                redirections: 0
            )
        )
        record.response = .init(histogram(20_000, from: 50_000))
        record.timeline = (0..<30).map { index in
            TimelineBucket(
                start: Double(index) / 10,
                ok: 2000,
                failed: 0,
                unknown: 0,
                p50: 0.000_07,
                p99: 0.000_3,
                max: 0.001
            )
        }
        record.failures = [.init(name: "OOM", outcome: "failed", count: 10)]
        record.expectations = [.init(text: "p99 < 5ms", actual: "251us", isMet: true)]
        return record
    }

    private static func page(_ record: LoadRecord) throws -> String {
        try LoadPage(
            record,
            course: .init(record.timeline, width: TimelineBucket.width),
            response: histogram(20_000, from: 50_000),
            service: histogram(20_000, from: 20_000),
            sendLag: LatencyHistogram()
        ).render()
    }

    @Test func `the page says what was asked, found and met, and needs nothing else`() throws {
        let page = try Self.page(Self.record())
        for words in [
            "redis://127.0.0.1:6379", "open loop 20000/s", "19,996/s", "Met: p99 &lt; 5ms (251us).",
            "OOM", "latency by percentile", "requests per second, by outcome", "id=\"record\"",
        ] { #expect(page.contains(words), "\(words)") }
        #expect(!page.contains("<script src") && !page.contains("http-equiv=\"refresh\""))
        for name in ["main", "section", "svg", "table", "header", "ul"] {
            let opened = page.components("<\(name)").count { $0.first == ">" || $0.first == " " }
            #expect(opened == page.components("</\(name)>").count, "\(name)")
        }
    }

    @Test func `void and missed measurements say so first`() throws {
        var record = Self.record()
        record.expectations[0].isMet = false
        #expect(try Self.page(record).contains("banner invalid"))
        record.void = ["requests left late"]
        let page = try Self.page(record)
        #expect(page.contains("banner void") && page.contains("Void: requests left late."))
    }

    @Test func `a target from outside is text`() throws {
        let page = try Self.page(Self.record(target: "redis://<script>alert(1)</script>"))
        #expect(!page.contains("<script>alert"))
    }

    @Test func `each nine is equally wide, and what is a guess is drawn as one`() {
        let chart = PercentileChart([
            .init(
                name: "response",
                histogram: Self.histogram(20_000, from: 50_000),
                style: .response
            )
        ])
        let svg = chart.svg
        for name in ["p0", "p50", "p90", "p99", "p99.9", "p99.99"] {
            #expect(svg.contains(">\(name)</text>"), "\(name)")
        }
        #expect(!svg.contains(">p99.999</text>"), "20,000 observations have no fifth nine")
        #expect(svg.contains("line response guess") && svg.contains("response p99.9: "))
        #expect(!svg.contains("response p99.99: "), "two observations lie above it")
        #expect(chart.legend.contains("fewer than ten"))
        #expect(PercentileChart([]).svg.hasSuffix("</svg>"))
    }
}

extension String {
    /// What follows each place where a text stands.
    fileprivate func components(_ separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            rest = rest[found.upperBound...]
            parts.append(rest)
        }
        return parts
    }
}
