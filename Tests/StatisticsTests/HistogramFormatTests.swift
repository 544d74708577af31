import Foundation
import Testing

@testable import Statistics

/// What HdrHistogram's own tools must be able to read.
@Suite struct HistogramFormatTests {
    private static func sample() -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value: UInt64 in [0, 1, 1, 255, 256, 257, 1000, 123_456, 123_456, 5_000_000] {
            histogram.record(nanoseconds: value)
        }
        histogram.record(nanoseconds: 5_000_000_000)
        histogram.record(nanoseconds: 3_600_000_000_000)
        histogram.record(nanoseconds: 50_000, count: 300)
        return histogram
    }

    /// A histogram of many orders of magnitude.
    private static func wide(_ seed: UInt64, count: Int = 20_000) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        var state = seed &* 2 &+ 88_172_645_463_325_252
        for _ in 0..<count {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            histogram.record(nanoseconds: (state >> 20) % (1 << (10 + state % 30)))
        }
        return histogram
    }

    @Test func `the encoding is HdrHistogram's, byte for byte`() {
        let bytes = Self.sample().compressed()
        #expect(Array(bytes.prefix(4)) == [0x1c, 0x84, 0x93, 0x14])
        // Behind two words, zlib's head of two bytes and a stored block's of five.
        let inner = bytes.dropFirst(8 + 2 + 5).dropLast(4)
        let hex = inner.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
        #expect(
            hex
                == "1c84931300000019000000000000000200000000000000010000068c617140003ff0000000000000"
                + "0204f9030204f103028f0bd804d90204cb0a02f71302f51202"
        )
    }

    @Test func `base 64 and zlib's checksum are the published ones`() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy")] {
            #expect(Base64.text(Array(text.utf8)) == encoded)
        }
        let wrapped = ZlibStored.wrapped(Array("Wikipedia".utf8))
        #expect(Array(wrapped.suffix(4)) == [0x11, 0xe6, 0x03, 0x98])
        let large = ZlibStored.wrapped([UInt8](repeating: 7, count: 200_000))
        #expect(large.count == 2 + 4 * 5 + 200_000 + 4)
    }

    @Test func `the distribution ends with everything, at ever closer levels`() throws {
        let histogram = Self.wide(3)
        let steps = histogram.percentileSteps
        #expect(steps.first?.level == 0 && steps.last?.level == 1)
        #expect(steps.last?.count == histogram.count && steps.last?.value == histogram.maximum)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.level < $1.level })
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.value <= $1.value })
        for step in steps.dropLast() {
            #expect(Double(step.count) >= step.level * Double(histogram.count) - 1e-6)
        }
        let lines = histogram.percentileDistribution.split(separator: "\n")
        #expect(lines.count == steps.count + 4)
        #expect(lines[0].hasPrefix("       Value     Percentile TotalCount 1/(1-Percentile)"))
        #expect(LatencyHistogram().percentileSteps.isEmpty)
    }

    @Test(
        .enabled(
            if: Self.pythonReads,
            "python3 has no hdrhistogram; see `pip install hdrhistogram`"
        )
    )
    func `HdrHistogram for Python reads log and distribution as they were meant`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "ordeal-hlog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let histograms = [Self.sample(), Self.wide(1), Self.wide(2), LatencyHistogram()]
        var log = HistogramLog.head(startedAt: 1_795_000_000.25, remarks: ["[a test]"])
        var expected = "\(1_795_000_000.25)\n"
        for (index, histogram) in histograms.enumerated() {
            let start = Double(index) * 1.5
            log += HistogramLog.line(histogram, tag: "read ok", start: start, length: 1.5)
            let buckets = histogram.buckets.map { "\($0.range.upperBound):\($0.count)" }
            expected += "read-ok \(1_795_000_000_250 + index * 1500) \(histogram.count) "
            expected += buckets.joined(separator: ",") + "\n"
        }
        let path = folder.appending(path: "latency.hlog")
        try Data(log.utf8).write(to: path)
        #expect(try Self.python(Self.logReader, path.path) == expected)

        // At each level the value that HdrHistogram finds there, and as many observations up to it.
        let own = histograms[1].percentileDistribution
        try Data(own.utf8).write(to: folder.appending(path: "latency.hgrm"))
        let text = try Self.python(
            Self.distributionReader,
            histograms[1].compressedText + "\n" + own
        )
        #expect(text == "\(histograms[1].percentileSteps.count) levels\n")
    }

    private static let logReader = """
        import sys
        from hdrh.histogram import HdrHistogram
        from hdrh.log import HistogramLogReader
        reader = HistogramLogReader(sys.argv[1], HdrHistogram(1, 7200000000000, 2))
        first = True
        while True:
            h = reader.get_next_interval_histogram()
            if h is None: break
            if first: print(reader.get_start_time_sec())
            first = False
            pairs = [(h.get_highest_equivalent_value(i.value_iterated_to), i.count_at_value_iterated_to)
                     for i in h.get_recorded_iterator()]
            print(h.get_tag(), int(h.get_start_time_stamp()), h.get_total_count(),
                  ",".join("%d:%d" % p for p in pairs))
        """

    private static let distributionReader = """
        import sys
        from hdrh.histogram import HdrHistogram
        encoded, _, _, *lines = sys.argv[1].split("\\n")
        h = HdrHistogram.decode(encoded)
        levels = 0
        for line in lines:
            words = line.split()
            if not words or line.startswith("#"): continue
            value, level, count = float(words[0]) * 1e6, float(words[1]), int(words[2])
            levels += 1
            least, most = (h.get_value_at_percentile(100 * level + d / h.get_total_count())
                           for d in (-100, 100))
            value = h.get_highest_equivalent_value(round(value))
            if not least <= value <= h.get_highest_equivalent_value(most):
                print(line, least, most)
            up_to = sum(i.count_at_value_iterated_to for i in h.get_recorded_iterator()
                        if i.value_iterated_to <= value)
            if up_to != count: print(line, up_to)
        print(levels, "levels")
        """

    private static let pythonReads = (try? python("import hdrh; print(1)", "")) == "1\n"

    private static func python(_ script: String, _ argument: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, argument]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
