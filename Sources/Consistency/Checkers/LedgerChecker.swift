internal import Histories

/// Asks whether every acknowledged write is still there, as far as the promise goes.
public struct LedgerChecker: Checker {
    public static let name = "ledger"

    /// How many pieces of evidence a verdict quotes; the account has the rest.
    private static let quoted = 5

    public init() {}

    public func applies(to evidence: TrialEvidence) -> Bool { evidence.judgesWrites }

    /// Keys that one connection writes have a ledger; what became of those that all clients write
    /// follows from the history.
    public func check(_ evidence: TrialEvidence) -> Finding {
        let isShared =
            evidence.history != nil && !evidence.ledgers.contains { $0.keys.count > 0 }
        guard isShared else {
            let account = LedgerJudge.account(of: evidence)
            return finding(account, keysKnown: !evidence.ledgers.isEmpty)
        }
        guard let account = SharedLedger.account(of: evidence) else {
            let reason = "the history was cut before its end, so nobody knows what became of it"
            return Finding(checker: Self.name, verdict: .unknown([reason]))
        }
        return finding(account, keysKnown: true)
    }

    private func finding(_ account: LedgerAccount, keysKnown: Bool) -> Finding {
        Finding(
            checker: Self.name,
            verdict: verdict(on: account, keysKnown: keysKnown),
            notes: notes(on: account),
            seen: "\(account.acknowledged) acknowledged writes of \(account.keys) keys",
            account: account
        )
    }

    private func verdict(on account: LedgerAccount, keysKnown: Bool) -> Verdict {
        let violations = violations(in: account)
        guard violations.isEmpty else { return .invalid(violations) }
        var doubts: [String] = []
        let shared = account.shared
        if !keysKnown || account.acknowledged == 0 {
            doubts.append("no write was acknowledged, so none could be lost")
        }
        if account.contested > 0 {
            doubts.append("\(account.contested) keys stand in more than one ledger")
        }
        if account.unread > 0 {
            doubts.append("what stands under \(account.unread) written keys could not be read")
        }
        if account.lostUndecided > 0 {
            doubts.append(
                "\(account.lostUndecided) lost writes: it is not known whether the promise "
                    + "covers them"
            )
        }
        if account.resurrectedUndecided > 0 {
            doubts.append(
                "\(account.resurrectedUndecided) keys show an older write whose outcome was "
                    + "unknown; it may have landed late"
            )
        }
        if shared.deletesUndoneUndecided > 0 {
            doubts.append(
                "\(shared.deletesUndoneUndecided) deletes were undone: it is not known whether "
                    + "the promise covers them"
            )
        }
        return doubts.isEmpty ? .valid : .unknown(doubts)
    }

    private func violations(in account: LedgerAccount) -> [String] {
        var found: [String] = []
        let shared = account.shared
        if account.lostAgainstPromise > 0 {
            found.append(
                "\(account.lostAgainstPromise) acknowledged writes were lost although the promise "
                    + "covers them"
            )
            let covered = account.losses.filter { $0.judgement == .violation }
            found += covered.prefix(Self.quoted).map(\.sentence) + quotes(.lost, account)
        }
        if shared.resurrectedAgainstPromise > 0 {
            found.append(
                "\(shared.resurrectedAgainstPromise) keys show an older write again, which had "
                    + "been replaced"
            )
            found += quotes(.resurrected, account)
        }
        if shared.deletesUndoneAgainstPromise > 0 {
            found.append(
                "\(shared.deletesUndoneAgainstPromise) acknowledged deletes were undone although "
                    + "the promise covers them"
            )
            found += quotes(.deleteUndone, account)
        }
        if shared.duplicateApplied > 0 {
            found.append(
                "\(shared.duplicateApplied) writes were applied more often than sent"
            )
            found += quotes(.duplicateApplied, account)
        }
        if account.garbage > 0 {
            found.append("\(account.garbage) values that nobody can have written")
            found += account.garbageReadings.prefix(Self.quoted).map(\.sentence)
            found += quotes(.garbage, account)
        }
        return found
    }

    private func quotes(_ fate: WriteFate, _ account: LedgerAccount) -> [String] {
        let covered = account.shared.findings.filter {
            $0.fate == fate && $0.judgement == .violation
        }
        return covered.prefix(Self.quoted).map(\.sentence)
    }

    private func notes(on account: LedgerAccount) -> [String] {
        var notes: [String] = []
        let shared = account.shared
        if account.lostOutsidePromise > 0 {
            notes.append(
                "\(account.lostOutsidePromise) acknowledged writes were lost, which the mode's "
                    + "promise does not cover"
            )
        }
        let outside =
            shared.deletesUndone - shared.deletesUndoneAgainstPromise
            - shared.deletesUndoneUndecided
        if outside > 0 {
            notes.append("\(outside) deletes were undone, which the mode's promise does not cover")
        }
        if account.divergent > 0 {
            notes.append("the replicas of \(account.divergent) keys disagree after convergence")
        }
        if account.unreadCopies > 0 {
            notes.append("\(account.unreadCopies) copies could not be read")
        }
        return notes
    }
}
