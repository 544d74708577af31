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
    /// `nil` if nobody kept it; then a lost copy counts as missing for ever, and who was in sync is
    /// not known.
    let mapHistory: MapHistory?

    func judge(_ gone: Case) -> (LossJudgement, String) {
        guard let promise else {
            return (.undecided, "the mode declares no promise")
        }
        let since = gone.firstAcknowledgedAt ?? gone.acknowledgedAt
        switch promise.copies {
        case .missingAtMost(let allowed):
            let missing = greatestMissing(gone, since: since)
            if missing > allowed {
                return (.outsidePromise, "\(missing) copies missing, \(allowed) allowed")
            }
        case .inSyncSet(let replicas, let minimum):
            if let answer = judgeSet(gone, since: since, replicas: replicas, minimum: minimum) {
                return answer
            }
        }
        if let degraded = promise.degraded, let answer = judge(gone, degraded, since: since) {
            return answer
        }
        guard let window = promise.termChangeMayDrop else {
            return (.violation, "the promise covers this write")
        }
        return judgeDroppedSuffix(gone, window: window)
    }

    /// What a shard's falling back excuses; `nil` where it excuses nothing.
    private func judge(
        _ gone: Case,
        _ degraded: Promise.Degraded,
        since: Int64
    ) -> (LossJudgement, String)? {
        guard let mapHistory, mapHistory.knows(gone.shard) else {
            return gone.followsFault || !copyLosses.isEmpty
                ? (.undecided, "whether the shard had degraded is not known") : nil
        }
        let answer = judgeSet(
            gone,
            since: since,
            replicas: degraded.replicas,
            minimum: 1,
            onlyDegraded: true
        )
        if let answer { return answer }
        guard mapHistory.changedTermDegraded(gone.shard, after: gone.acknowledgedAt) else {
            return nil
        }
        return judgeDroppedSuffix(gone, window: degraded.maximumLag)
    }

    /// Whether every member of the in-sync set was missing at some moment; `nil` if one always was
    /// there.
    private func judgeSet(
        _ gone: Case,
        since: Int64,
        replicas: Int,
        minimum: Int,
        onlyDegraded: Bool = false
    ) -> (LossJudgement, String)? {
        let lost = missingIntervals(gone, since: since)
        guard Set(lost.map(\.node)).count >= minimum, !lost.isEmpty else { return nil }
        guard let mapHistory, mapHistory.knows(gone.shard) else {
            guard greatestMissing(gone, since: since) >= replicas else {
                let nodes = Set(lost.map(\.node)).count
                return (.undecided, "\(nodes) nodes lost copies, and the in-sync set is unknown")
            }
            return (.outsidePromise, "all \(replicas) copies were missing at once")
        }
        let sets = mapHistory.entries(of: gone.shard, from: since)
        for moment in sets.map(\.at) + lost.map(\.at) {
            let moment = max(moment, since)
            guard let set = sets.last(where: { $0.at <= moment }) ?? sets.first else { continue }
            let missing = lost.filter { $0.at <= moment && $0.readmittedAt ?? .max > moment }
            guard set.isDegraded || !onlyDegraded else { continue }
            guard set.inSync.allSatisfy({ member in missing.contains { $0.node == member } })
            else { continue }
            return (.outsidePromise, "every in-sync copy was missing at once")
        }
        return nil
    }

    private func judgeDroppedSuffix(_ gone: Case, window: Int64) -> (LossJudgement, String) {
        let changed: Bool
        if let mapHistory, mapHistory.knows(gone.shard) {
            changed = mapHistory.termChange(of: gone.shard, after: gone.acknowledgedAt) != nil
        } else if let termChanges {
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

    private func missingIntervals(_ gone: Case, since: Int64) -> [CopyLoss] {
        copyLosses.compactMap { loss in
            guard gone.holders.contains(loss.node) else { return nil }
            var loss = loss
            if loss.readmittedAt == nil {
                loss.readmittedAt = mapHistory?.readmission(
                    of: loss.node,
                    shard: gone.shard,
                    after: loss.at
                )
            }
            return loss.readmittedAt ?? .max > since ? loss : nil
        }
    }

    /// The most copies of this key that were missing at one moment from `since` on.
    private func greatestMissing(_ gone: Case, since: Int64) -> Int {
        let intervals = missingIntervals(gone, since: since)
        return intervals.map { start in
            let moment = max(start.at, since)
            let missing = intervals.filter { $0.at <= moment && $0.readmittedAt ?? .max > moment }
            return Set(missing.map(\.node)).count
        }.max() ?? 0
    }
}
