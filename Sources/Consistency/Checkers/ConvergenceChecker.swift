/// Asks whether all replicas hold the same within a time after everything was healed.
public struct ConvergenceChecker: Checker {
    public static let name = "convergence"

    /// How many keys a verdict names.
    private static let quoted = 3

    public init() {}

    public func applies(to evidence: TrialEvidence) -> Bool { evidence.convergence != nil }

    public func check(_ evidence: TrialEvidence) -> Finding {
        guard let convergence = evidence.convergence else {
            return Finding(checker: Self.name, verdict: .unknown(["no replica was read"]))
        }
        return Finding(
            checker: Self.name,
            verdict: verdict(on: convergence, evidence),
            seen: seen(convergence),
            account: convergence
        )
    }

    private func verdict(on convergence: Convergence, _ evidence: TrialEvidence) -> Verdict {
        let apart =
            evidence.readings.compactMap { reading in
                reading.divergence.map { "key \(reading.key): \($0.text)" }
            }
            + evidence.copyReadings.compactMap { reading in
                reading.divergence.map { "key \(reading.key): \($0)" }
            }
        let bound = Seconds.text(convergence.bound)
        guard apart.isEmpty else {
            let reason =
                "the replicas of \(apart.count) keys still differed \(bound) after everything was "
                + "healed"
            return .invalid([reason] + apart.prefix(Self.quoted))
        }
        var doubts: [String] = []
        if convergence.keys == 0 { doubts.append("no key was there to be compared") }
        if !convergence.isMapComplete {
            doubts.append("some keys had no replicas in the map when they were read")
        }
        if convergence.unreadCopies > 0 {
            doubts.append(
                "\(convergence.unreadCopies) of \(convergence.copies) copies could not be read "
                    + "within \(bound)"
            )
        }
        guard doubts.isEmpty else { return .unknown(doubts) }
        guard let after = convergence.settledAfter else {
            return .unknown(["it is not known when the replicas agreed"])
        }
        // Reading takes its time, so that all were equal does not say since when.
        return after <= convergence.bound
            ? .valid
            : .unknown(["the replicas were found equal only \(Seconds.text(after)) after the heal"])
    }

    private func seen(_ convergence: Convergence) -> String {
        let size = "\(convergence.copies) copies of \(convergence.keys) keys"
        guard let after = convergence.settledAfter else { return size }
        return "\(size), equal \(Seconds.text(after)) after the heal"
    }
}
