internal import Consistency
import FoundationEssentials
internal import Quantities
internal import Simulation

/// What the command says when it is over.
struct SimulationReport {
    private let options: SimulationOptions
    private let result: SimulationTally.State
    private let wallSeconds: Double

    init(_ options: SimulationOptions, _ result: SimulationTally.State, wallSeconds: Double) {
        self.options = options
        self.result = result
        self.wallSeconds = wallSeconds
    }

    /// Simulated seconds in one second of one thread.
    private var speed: Double { result.busy > 0 ? result.simulated / result.busy : 0 }

    private static let shownFailures = 5

    var text: String {
        var lines: [String] = []
        for failure in result.failures.prefix(Self.shownFailures) {
            lines.append("seed \(failure.seed) broke a promise: \(failure.violations[0])")
            lines.append("  \(failure.circumstances)")
            lines.append("  repeat it: \(reproduction(failure.seed))")
        }
        if result.violations > Self.shownFailures {
            lines.append("and \(seeds(result.violations - Self.shownFailures, "more "))")
        }
        let verdict =
            result.violations == 0
            ? "no violation" : "\(seeds(result.violations)) with violations"
        lines.append(
            "\(seeds(result.seeds)), \(verdict): \(Int(result.simulated.rounded())) simulated seconds "
                + "with \(result.operations) requests and \(result.acknowledged) acknowledged writes "
                + "in \(durationText(.seconds(wallSeconds)))"
        )
        lines.append(
            "\(Int(speed.rounded())) simulated seconds a second and thread, trace hash "
                + "\(hexadecimal(result.traceHash))"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    private func seeds(_ count: some BinaryInteger, _ which: String = "") -> String {
        "\(count) \(which)\(count == 1 ? "seed" : "seeds")"
    }

    private func reproduction(_ seed: UInt64) -> String {
        let plan = options.planFile.map { " --plan \($0)" } ?? ""
        let flaw = options.flaw.map { " --bug \($0.name)" } ?? ""
        let isNewest = options.edition == SimulationOptions.newestEdition
        let edition = isNewest ? "" : " --edition \(options.edition)"
        return "\(options.command)\(plan)\(flaw)\(edition) --seeds \(seed) --trace"
    }

    private struct Document: Encodable {
        var seeds: UInt64
        var violations: Int
        var traceHash: String
        var simulatedSecondsPerSecond: Double
        var simulatedSeconds: Double
        var wallSeconds: Double
        var requests: Int
        var acknowledgedWrites: Int
        var failures: [Failure]

        struct Failure: Encodable {
            var seed: UInt64
            var violations: [String]
            var circumstances: String
            var reproduction: String
        }
    }

    func json() throws(CommandFailure) -> String {
        let document = Document(
            seeds: result.seeds,
            violations: result.violations,
            traceHash: hexadecimal(result.traceHash),
            simulatedSecondsPerSecond: speed,
            simulatedSeconds: result.simulated,
            wallSeconds: wallSeconds,
            requests: result.operations,
            acknowledgedWrites: result.acknowledged,
            failures: result.failures.map { failure in
                Document.Failure(
                    seed: failure.seed,
                    violations: failure.violations,
                    circumstances: failure.circumstances,
                    reproduction: reproduction(failure.seed)
                )
            }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
        } catch {
            throw CommandFailure(.internal, "the result cannot be written as JSON: \(error)")
        }
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
