/// Asks whether at most one process was a shard's primary in each term.
///
/// The map says whom it named, each node for which shards it takes itself to be the primary.
public struct SinglePrimaryChecker: Checker {
    public static let name = "single-primary"

    /// How many terms a verdict names.
    private static let quoted = 5

    public init() {}

    public func applies(to evidence: TrialEvidence) -> Bool { evidence.reigns != nil }

    public func check(_ evidence: TrialEvidence) -> Finding {
        guard let reigns = evidence.reigns, !reigns.isEmpty else {
            return Finding(checker: Self.name, verdict: .unknown(["no primary was ever named"]))
        }
        var terms: [Term: [PrimaryReign]] = [:]
        for reign in reigns {
            let term = Term(shard: reign.shard, term: reign.term)
            let known = terms[term] ?? []
            guard !known.contains(where: { isSame($0, reign) }) else { continue }
            terms[term, default: []].append(reign)
        }
        let split = terms.filter { isSplit($0.value) }
            .sorted { ($0.key.shard, $0.key.term) < ($1.key.shard, $1.key.term) }
        let shards = Set(terms.keys.map(\.shard)).count
        return Finding(
            checker: Self.name,
            verdict: split.isEmpty
                ? .valid
                : .invalid(split.prefix(Self.quoted).map { text($0.key, $0.value, evidence) }),
            seen: "\(terms.count) terms of \(shards) shards"
        )
    }

    private struct Term: Hashable {
        let shard: Int
        let term: UInt64
    }

    /// Whether the second adds nothing; of two processes of one node each is somebody.
    private func isSame(_ one: PrimaryReign, _ other: PrimaryReign) -> Bool {
        one.node == other.node && (other.boot == nil || one.boot == other.boot)
    }

    private func isSplit(_ reigns: [PrimaryReign]) -> Bool {
        Set(reigns.map(\.node)).count > 1 || Set(reigns.compactMap(\.boot)).count > 1
    }

    private func text(
        _ term: Term,
        _ reigns: [PrimaryReign],
        _ evidence: TrialEvidence
    ) -> String {
        let who = reigns.sorted { ($0.at, $0.node) < ($1.at, $1.node) }.map { reign in
            let boot = reign.boot.map { ", boot \($0)" } ?? ""
            let time = Seconds.text(reign.at - evidence.measurementStart)
            return "node \(reign.node) (says \(reign.witness.rawValue) at \(time)\(boot))"
        }
        return "shard \(term.shard) had \(who.count) primaries in term \(term.term): "
            + who.joined(separator: " and ")
    }
}
