internal import Histories

/// Asks whether every acknowledged write is still there, as far as the promise goes.
public struct LedgerChecker: Checker {
    public static let name = "ledger"

    /// How many pieces of evidence a verdict quotes; the account has the rest.
    private static let quoted = 5

    public init() {}

    /// Keys that all workers write have no ledger; their history is judged instead.
    public func applies(to evidence: TrialEvidence) -> Bool {
        evidence.history == nil || evidence.ledgers.contains { $0.keys.count > 0 }
    }

    public func check(_ evidence: TrialEvidence) -> Finding {
        let account = LedgerJudge.account(of: evidence)
        return Finding(
            checker: Self.name,
            verdict: verdict(on: account, keysKnown: !evidence.ledgers.isEmpty),
            notes: notes(on: account),
            account: account
        )
    }

    private func verdict(on account: LedgerAccount, keysKnown: Bool) -> Verdict {
        let violations = violations(in: account)
        guard violations.isEmpty else { return .invalid(violations) }
        var doubts: [String] = []
        if !keysKnown || account.acknowledged == 0 {
            doubts.append("no write was acknowledged, so none could be lost")
        }
        if account.contested > 0 {
            doubts.append("\(account.contested) keys stand in more than one ledger")
        }
        if account.unread > 0 {
            doubts.append("no copy of \(account.unread) written keys could be read")
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
        return doubts.isEmpty ? .valid : .unknown(doubts)
    }

    private func violations(in account: LedgerAccount) -> [String] {
        var found: [String] = []
        if account.lostAgainstPromise > 0 {
            found.append(
                "\(account.lostAgainstPromise) acknowledged writes were lost although the promise "
                    + "covers them"
            )
            let covered = account.losses.filter { $0.judgement == .violation }
            found += covered.prefix(Self.quoted).map(\.sentence)
        }
        if account.garbage > 0 {
            found.append("\(account.garbage) values that nobody can have written")
            found += account.garbageReadings.prefix(Self.quoted).map(\.sentence)
        }
        return found
    }

    private func notes(on account: LedgerAccount) -> [String] {
        var notes: [String] = []
        if account.lostOutsidePromise > 0 {
            notes.append(
                "\(account.lostOutsidePromise) acknowledged writes were lost, which the mode's "
                    + "promise does not cover"
            )
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
