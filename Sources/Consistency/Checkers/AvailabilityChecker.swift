/// Asks whether every probe came back after the faults were healed, and how long it was away.
///
/// How long is long enough is the plan's to say, by its gates; only a store that never came back
/// makes the verdict unknown, because a longer look might have seen it return.
public struct AvailabilityChecker: Checker {
    public static let name = "availability"

    public init() {}

    public func check(_ evidence: TrialEvidence) -> Finding {
        let account = AvailabilityJudge.account(of: evidence)
        return Finding(
            checker: Self.name,
            verdict: verdict(on: account, evidence),
            seen: "\(account.samples) probes",
            account: account
        )
    }

    private func verdict(on account: AvailabilityAccount, _ evidence: TrialEvidence) -> Verdict {
        guard account.samples > 0 else { return .unknown(["no probe was sent"]) }
        guard account.successes > 0 else { return .unknown(["no probe ever succeeded"]) }
        let silent = account.faults.filter { cost in
            cost.firstFreshSuccess == nil && evidence.faults[cost.fault].healedAt != nil
        }
        guard silent.isEmpty else {
            return .unknown(
                silent.map {
                    "a probe never succeeded again after \($0.name), though it was healed"
                }
            )
        }
        return .valid
    }
}
