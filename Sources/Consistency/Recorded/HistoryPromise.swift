/// Says whether a mode promised that its histories follow the model.
///
/// Every mode of Keel answers from one primary at a time, so each promises as much as long as no
/// copy is lost that its rule needs, and as no term changes where a term change may drop writes.
struct HistoryPromise {
    let evidence: TrialEvidence

    func judgement(ofWhatEndsBefore end: Int64) -> (LossJudgement, String) {
        guard let promise = evidence.promise else {
            return (.undecided, "the mode declares no promise")
        }
        let lost = Set(evidence.copyLosses.filter { $0.at <= end }.map(\.node)).count
        switch promise.copies {
        case .missingAtMost(0) where lost > 0:
            return (.outsidePromise, "\(lost) nodes lost their copies, and there is no other copy")
        case .missingAtMost(let allowed) where lost > allowed:
            return (.undecided, "\(lost) nodes lost copies; \(allowed) may be missing at once")
        case .inSyncSet(_, let minimum) where lost >= max(1, minimum):
            return (
                .undecided, "\(lost) nodes lost copies; the in-sync set may have been among them"
            )
        case .missingAtMost, .inSyncSet: break
        }
        let hasDegraded =
            promise.degraded != nil && evidence.mapHistory?.wasDegraded(until: end) ?? true
        guard promise.termChangeMayDrop != nil || hasDegraded else {
            return (.violation, "the promise covers it")
        }
        guard evidence.faults.contains(where: { $0.appliedAt.map { $0 <= end } ?? false }) else {
            return (.violation, "no fault came before it, so the primary never changed")
        }
        return (.outsidePromise, "a change of the primary may drop what it had not yet replicated")
    }
}
