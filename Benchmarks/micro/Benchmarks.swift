import Benchmark

/// Everything that a request passes through, one piece at a time.
let benchmarks: @Sendable () -> Void = {
    unsafe Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .allocatedBytes],
        scalingFactor: .kilo,
        maxDuration: .milliseconds(400),
        maxIterations: 1_000
    )
    measureMeasurement()
    measureHashing()
    measurePlacement()
    measureProtocol()
    measureTable()
    measureLog()
    measureHistogram()
    measureLaws()
    measureCores()
}
