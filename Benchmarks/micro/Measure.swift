import Benchmark
import CJemalloc

extension BenchmarkMetric {
    /// What an operation takes from the allocator, in bytes of its size classes.
    ///
    /// A count, not a time: it is the same on every machine, so it can be pinned. The framework's own
    /// counts of allocations read 0 here, because the library that would count them is left out.
    static let allocatedBytes = Self.custom("Allocated bytes", polarity: .prefersSmaller)
}

/// How many bytes an operation may allocate on average; a benchmark that allocates more, or less
/// where a range begins above 0, has failed.
typealias AllocationPin = ClosedRange<Int>

/// Measures `operation`, which is told how often it was called before; what it works on is made once.
func measure<State>(
    _ name: String,
    allocating pin: AllocationPin? = nil,
    on makeState: @escaping () -> State,
    _ operation: @escaping (inout State, Int) -> Void
) {
    var kept: State?
    var calls = 0
    Benchmark(name) { benchmark in
        var state = kept.take() ?? makeState()
        // Buffers that grow with use have grown.
        for _ in 0..<1_000 {
            operation(&state, calls)
            calls += 1
        }
        benchmark.startMeasurement()
        let before = allocatedByteCount()
        for _ in benchmark.scaledIterations {
            operation(&state, calls)
            calls += 1
        }
        let allocated = Int(allocatedByteCount() - before)
        benchmark.stopMeasurement()
        benchmark.measurement(.allocatedBytes, allocated)
        kept = state
        let average = allocated / max(1, benchmark.scaledIterations.count)
        if let pin, !pin.contains(average) {
            benchmark.error("allocates \(average) bytes an operation, not \(pin)")
        }
    }
}

func measure(
    _ name: String,
    allocating pin: AllocationPin? = nil,
    _ operation: @escaping (Int) -> Void
) {
    measure(name, allocating: pin, on: {}, { _, call in operation(call) })
}

/// What this thread has ever taken from the allocator.
private func allocatedByteCount() -> UInt64 {
    var count: UInt64 = 0
    var size = MemoryLayout<UInt64>.size
    let failure = unsafe mallctl("thread.allocated", &count, &size, nil, 0)
    precondition(failure == 0, "The allocator counts.")
    return count
}

/// The controls: where they read otherwise, no pin can be trusted.
func measureMeasurement() {
    measure("control, nothing", allocating: 0...0) { blackHole($0) }
    // With 32 bytes of header 1,032; the next size class is 1,280.
    measure("control, one array of 1,000 bytes", allocating: 1_280...1_280) { call in
        blackHole([UInt8](repeating: UInt8(truncatingIfNeeded: call), count: 1_000))
    }
}

/// A key as the load generators name theirs.
func key(_ number: Int) -> [UInt8] {
    let digits = String(number)
    return Array(("key:" + String(repeating: "0", count: 12 - digits.count) + digits).utf8)
}
