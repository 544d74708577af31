import Consistency

/// A verdict as a coloured word with a sign.
enum VerdictPill {
    static func html(_ verdict: Verdict?, gatesPassed: Bool = true, isBig: Bool = false) -> String {
        let size = isBig ? "pill big" : "pill"
        let pill =
            "<span class=\"\(size) \(tone(verdict))\">\(sign(verdict)) "
            + "\(verdict?.name ?? "running")</span>"
        guard !gatesPassed else { return pill }
        return pill + " <span class=\"\(size) invalid\">✕ gate failed</span>"
    }

    static func tone(_ verdict: Verdict?) -> String {
        switch verdict {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unknown, .assumptionViolated: "unknown-verdict"
        case .void, nil: "void"
        }
    }

    private static func sign(_ verdict: Verdict?) -> String {
        switch verdict {
        case .valid: "✓"
        case .invalid: "✕"
        case .unknown: "?"
        case .assumptionViolated: "≠"
        case .void, nil: "○"
        }
    }
}
