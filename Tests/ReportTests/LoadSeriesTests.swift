import Report
import Statistics
import Testing

@Suite struct LoadSeriesTests {
    private static func record(
        offered: Double,
        achieved: Double,
        isMet: Bool? = nil,
        void: [String] = []
    ) -> LoadRecord {
        var record = LoadRecord(
            target: "redis://127.0.0.1:6379",
            server: "redis 7.0.15 standalone",
            workload: "ycsb-c",
            load: "open loop \(offered)/s",
            clients: 50,
            workers: 1,
            seed: 7,
            warmup: 1,
            seconds: 2,
            scheduled: Int(offered * 2),
            issued: Int(offered * 2),
            counts: .init(ok: Int(achieved * 2), failed: 0, unknown: 0),
            offered: offered,
            achieved: achieved,
            generator: .init(
                userTime: 0.1,
                systemTime: 0.5,
                busiestCore: 0.2,
                waiting: nil,
                steal: nil,
                outstanding: 3,
                expectedOutstanding: 3,
                peakMemory: 10_000_000,
                reconnections: 0,
                redirections: 0
            )
        )
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: UInt64(offered) * 100, count: UInt64(achieved * 2))
        record.response = .init(histogram)
        if let isMet {
            record.expectations = [.init(text: "p99 < 5ms", actual: "1ms", isMet: isMet)]
        }
        record.void = void
        return record
    }

    private static func series(
        _ measurements: [LoadRecord],
        _ search: LoadSeriesRecord.Search? = nil
    ) -> LoadSeriesRecord {
        LoadSeriesRecord(
            target: "redis://127.0.0.1:6379",
            server: "redis 7.0.15 standalone",
            workload: "ycsb-c",
            clients: 50,
            workers: 1,
            seed: 7,
            measurements: measurements,
            search: search
        )
    }

    @Test func `a search's table climbs, says how each rate came out, and ends in the answer`() {
        let text = Self.series(
            [
                Self.record(offered: 4000, achieved: 4000, isMet: true),
                Self.record(offered: 8000, achieved: 5000, isMet: true),
                Self.record(offered: 6000, achieved: 6000, isMet: false),
                Self.record(offered: 5000, achieved: 5000, isMet: true, void: ["late"]),
            ],
            .init(objectives: ["p99 < 5ms"], highest: 5000, lowestMissed: 6000, limit: "objective")
        ).text
        let rates = text.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.flatMap { $0.hasSuffix("/s") ? String($0) : nil }
        }
        #expect(rates == ["4,000/s", "5,000/s", "6,000/s", "8,000/s"])
        for words in [
            "  met\n", "met, void (1)\n", "missed\n", "fell behind\n", "void (1)     late",
            "highest rate with p99 < 5ms: 5,000/s, met twice; 6,000/s missed it",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
    }

    @Test(arguments: [
        ("generator", "write more --workers"), ("bound", "end of what it may offer"),
        ("measurements", "did not agree"), ("interrupted", "not the end of the search"),
    ])
    func `why a search went no higher is said`(limit: String, words: String) {
        let search = LoadSeriesRecord.Search(
            objectives: ["p99 < 5ms"],
            highest: nil,
            lowestMissed: 100,
            limit: limit
        )
        #expect(search.text.contains("none was found") && search.text.contains(words))
    }

    @Test func `the page has the curve, the table and the record`() throws {
        let page = try LoadSeriesPage(
            Self.series([
                Self.record(offered: 4000, achieved: 4000),
                Self.record(offered: 8000, achieved: 5000, void: ["<late>"]),
            ])
        ).render()
        for words in [
            "latency by requests offered a second", "8,000/s", "fell behind", "&lt;late&gt;",
            "id=\"record\"", "dot p99 hollow", "highest rate it kept up with",
        ] { #expect(page.contains(words), "\(words)") }
        #expect(!page.contains("<late>") && !page.contains("<script src"))
    }

    @Test func `the summary shows the course, the gap and what could not be loaded`() {
        var record = Self.record(offered: 1000, achieved: 900)
        record.timeline = (0..<20).map { index in
            TimelineBucket(
                start: Double(index) / 10,
                ok: (8..<12).contains(index) ? 0 : 100,
                failed: 0,
                unknown: 0
            )
        }
        record.longestGap = .init(start: 0.8, length: 0.4)
        record.loading = .init(counts: .init(ok: 90, failed: 7, unknown: 3), seconds: 0.1)
        let text = record.text
        for words in [
            "over time    ████████    ████████\n", "0.00/s to 1,000/s",
            "longest gap  400 ms without a success, from 0.800 s",
            "loaded       90 records in 100 ms (900/s), 7 REFUSED, 3 UNKNOWN",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
        #expect(!text.contains("warning"))
        record.longestGap = .init(start: 0.8, length: 1.2, isOpen: true)
        record.generator.outstanding = 246
        record.generator.expectedOutstanding = 0.03
        record.quantum = 0.000_5
        let other = record.text
        for words in [
            "longest gap  1.20 s without a success, from 0.800 s to the end",
            "warning      the requests that ended account for 0.03 of the 246.00 under way",
            "quantum 500 µs", "busiest thread 20.0 % of a core",
        ] { #expect(other.contains(words), "\(words) in \(other)") }
        record.generator.threads = [0.2, 0.1].enumerated().map { worker, core in
            .init(worker: worker, userTime: 0.1, systemTime: 0.1, core: core, waiting: nil)
        }
        #expect(record.text.contains("threads 20.0 %, 10.0 % of a core"))
        record.response = nil
        #expect(record.text.contains("No request succeeded."))
    }
}
