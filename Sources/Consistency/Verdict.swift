/// What a check, a trial, a cell or a run comes to.
public enum Verdict: Sendable, Hashable {
    case valid
    /// A promise was broken; the evidence says which.
    case invalid([String])
    /// Nothing was proven either way.
    case unknown([String])
    /// The world left the model the promise rests on, clocks beyond their bound for instance.
    case assumptionViolated([String])
    /// The trial does not count.
    case void([String])

    /// The word used in every report.
    public var name: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unknown: "unknown"
        case .assumptionViolated: "assumption-violated"
        case .void: "void"
        }
    }

    public var reasons: [String] {
        switch self {
        case .valid: []
        case .invalid(let reasons), .unknown(let reasons), .assumptionViolated(let reasons),
            .void(let reasons):
            reasons
        }
    }

    /// Which of two verdicts wins: the higher rank.
    ///
    /// A proven violation is never hidden. A void trial proves nothing, so it outranks the kinds of
    /// "not known" that a trial which counts can end in.
    public var rank: Int {
        switch self {
        case .valid: 0
        case .unknown: 1
        case .assumptionViolated: 2
        case .void: 3
        case .invalid: 4
        }
    }

    /// The verdict over all of these, with the reasons of those that share the winning rank.
    ///
    /// Nothing checked proves nothing: the combination of no verdicts is unknown.
    public static func combined(_ verdicts: some Sequence<Verdict>) -> Verdict {
        var winner: Verdict?
        for verdict in verdicts {
            guard let current = winner else {
                winner = verdict
                continue
            }
            if verdict.rank > current.rank {
                winner = verdict
            } else if verdict.rank == current.rank {
                winner = current.adding(verdict.reasons)
            }
        }
        return winner ?? .unknown(["nothing was checked"])
    }

    private func adding(_ more: [String]) -> Verdict {
        let all = reasons + more.filter { !reasons.contains($0) }
        return Verdict(name: name, reasons: all) ?? self
    }

    /// The verdict with this name, or `nil` for a name that is none.
    public init?(name: String, reasons: [String]) {
        switch name {
        case "valid": self = .valid
        case "invalid": self = .invalid(reasons)
        case "unknown": self = .unknown(reasons)
        case "assumption-violated": self = .assumptionViolated(reasons)
        case "void": self = .void(reasons)
        default: return nil
        }
    }
}

extension Verdict: Codable {
    private enum CodingKeys: String, CodingKey {
        case verdict, reasons
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .verdict)
        let reasons = try container.decodeIfPresent([String].self, forKey: .reasons) ?? []
        guard let verdict = Verdict(name: name, reasons: reasons) else {
            throw DecodingError.dataCorruptedError(
                forKey: .verdict,
                in: container,
                debugDescription: "no verdict is called '\(name)'"
            )
        }
        self = verdict
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .verdict)
        try container.encode(reasons, forKey: .reasons)
    }
}
