import Benchmark
import Statistics
import Topology

func measureHistogram() {
    measure("histogram, record", allocating: 0...0, on: LatencyHistogram.init) { histogram, call in
        // Between 50 µs and 17 ms, as latencies are.
        histogram.record(nanoseconds: 50_000 + (StableHash.hash(UInt64(call)) >> 40))
    }
    let other = (0..<10_000).reduce(into: LatencyHistogram()) { histogram, number in
        histogram.record(nanoseconds: 50_000 + (StableHash.hash(UInt64(number)) >> 40))
    }
    measure("histogram, merge 10,000 observations", allocating: 0...0, on: LatencyHistogram.init) {
        histogram,
        _ in
        histogram.merge(other)
    }
}
