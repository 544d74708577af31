/// One measurement of a checker, and the bars it is held against.
struct Figure {
    /// What a run came to.
    struct Outcome {
        var seconds: Double
        /// What the verdict should have been, and was not; or why there is nothing to measure.
        var problem: String?
        var isSkipped = false
        var note = ""
    }

    var name: String
    /// `nil` where only the figure is of interest.
    var secondsBar: Double?
    /// The most that the process may have held while it ran, in megabytes.
    var megabytesBar: Int?
    var measure: () -> Outcome

    /// Prints the figure; whether it meets its bars.
    func report() -> Bool {
        ProcessMemory.forgetPeak()
        let outcome = measure()
        let peak = ProcessMemory.peakMegabytes
        if outcome.isSkipped {
            print("\(padded(name)) skipped: \(outcome.problem ?? "")")
            return true
        }
        var misses: [String] = []
        if let problem = outcome.problem { misses.append(problem) }
        var line = "\(padded(name)) \(milliseconds(outcome.seconds))"
        if let secondsBar {
            line += " (bar \(milliseconds(secondsBar)))"
            if outcome.seconds > secondsBar { misses.append("too slow") }
        }
        line += ", at most \(peak) MB"
        if let megabytesBar {
            line += " (bar \(megabytesBar) MB)"
            if peak > megabytesBar { misses.append("too large") }
        }
        if !outcome.note.isEmpty { line += ", \(outcome.note)" }
        if !misses.isEmpty { line += "  MISSED: \(misses.joined(separator: ", "))" }
        print(line)
        return misses.isEmpty
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, 58 - text.count))
    }

    private func milliseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}

/// The median duration of `repetitions` runs, and what the last one returned.
func median<Value>(of repetitions: Int, _ body: () -> Value) -> (seconds: Double, value: Value) {
    let clock = ContinuousClock()
    var durations: [Duration] = []
    var value: Value?
    for _ in 0..<max(1, repetitions) { durations.append(clock.measure { value = body() }) }
    durations.sort()
    let middle = durations[durations.count / 2]
    return (middle / .seconds(1), value ?? body())
}
