/// Says whether the promise covered a write that is gone.
struct PromiseJudge {
    /// A gone write, with what the judge needs to know about it.
    struct Case {
        var shard: Int
        var holders: [Int]
        /// When its first gone write was acknowledged; `nil` where only the last one's time is known.
        var firstAcknowledgedAt: Int64?
        var acknowledgedAt: Int64
        /// The latest acknowledgement among the gone writes of its shard that follow its fault: the
        /// last that is known of the old term.
        var lastOfTerm: Int64
        var followsFault: Bool
    }

    let promise: Promise?
    let copyLosses: [CopyLoss]
    /// `nil` if nobody observed the terms; then a fault stands for its term change.
    let termChanges: [TermChange]?

    func judge(_ gone: Case) -> (LossJudgement, String) {
        guard let promise else {
            return (.undecided, "the mode declares no promise")
        }
        let since = gone.firstAcknowledgedAt ?? gone.acknowledgedAt
        switch promise.copies {
        case .missingAtMost(let allowed):
            let missing = greatestMissing(since: since, holders: gone.holders)
            if missing > allowed {
                return (.outsidePromise, "\(missing) copies missing, \(allowed) allowed")
            }
        case .inSyncSet(let replicas, let minimum):
            let lost = missingIntervals(since: since, holders: gone.holders)
            let nodes = Set(lost.map(\.node)).count
            if nodes >= minimum, nodes > 0 {
                let missing = greatestMissing(since: since, holders: gone.holders)
                guard missing >= replicas else {
                    return (
                        .undecided, "\(nodes) nodes lost copies, and the in-sync set is unknown"
                    )
                }
                return (.outsidePromise, "all \(replicas) copies were missing at once")
            }
        }
        guard let window = promise.termChangeMayDrop else {
            return (.violation, "the promise covers this write")
        }
        return judgeDroppedSuffix(gone, window: window)
    }

    private func judgeDroppedSuffix(_ gone: Case, window: Int64) -> (LossJudgement, String) {
        let changed: Bool
        if let termChanges {
            changed = termChanges.contains { change in
                change.at >= gone.acknowledgedAt && (change.shard ?? gone.shard) == gone.shard
            }
        } else {
            changed = gone.followsFault
        }
        guard changed else {
            return (.violation, "no term change follows this acknowledgement")
        }
        guard let first = gone.firstAcknowledgedAt else {
            return (.undecided, "the time of its first lost write is not known")
        }
        let behind = gone.lastOfTerm - first
        guard behind <= window else {
            let text = "acknowledged \(Seconds.text(behind)) before the term's last acknowledgement"
            return (.violation, text + ", more than the \(Seconds.text(window)) of the promise")
        }
        return (.outsidePromise, "in the last \(Seconds.text(window)) of its term")
    }

    private func missingIntervals(since: Int64, holders: [Int]) -> [CopyLoss] {
        copyLosses.filter { loss in
            holders.contains(loss.node) && loss.readmittedAt ?? .max > since
        }
    }

    /// The most copies of this key that were missing at one moment from `since` on.
    private func greatestMissing(since: Int64, holders: [Int]) -> Int {
        let intervals = missingIntervals(since: since, holders: holders)
        return intervals.map { start in
            let moment = max(start.at, since)
            let missing = intervals.filter { $0.at <= moment && $0.readmittedAt ?? .max > moment }
            return Set(missing.map(\.node)).count
        }.max() ?? 0
    }
}
