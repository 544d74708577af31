internal import Faults

/// What proves that a fault happened.
extension Cluster {
    private static let readingBound = Duration.seconds(2)

    /// Reads what shows soon after the strike: processes that ended or stopped.
    func readSoon(
        _ expected: [ExpectedEvidence],
        of struck: [Endpoint: Int32],
        watched: [Endpoint: ChildProcess]
    ) async -> [FaultEvidence] {
        var readings: [FaultEvidence] = []
        for kind in expected {
            switch kind {
            case .processGone(let endpoint):
                let end = await watched[endpoint]?.awaitEnd(within: Self.readingBound)
                let reading = "\(endpoint) " + (end.map(\.text) ?? "did not end")
                // Ended by anything but the signal, it was not this fault's doing.
                let isSeen = end == .killed(signal: 9) && struck[endpoint] != nil
                readings.append(FaultEvidence(kind, isSeen: isSeen, reading))
            case .processStopped(let endpoint):
                let isStopped = await eventually(within: Self.readingBound) {
                    self.processes.isStopped(endpoint) ? true : nil
                }
                let reading = "\(endpoint) " + (isStopped == nil ? "was not stopped" : "in state T")
                readings.append(FaultEvidence(kind, isSeen: isStopped != nil, reading))
            case .nodeJoined, .nodeLeft:
                if let evidence = readMembership(kind) { readings.append(evidence) }
            case .packetsDropped, .processReplaced: continue
            }
        }
        return readings
    }

    /// Reads what healing would wipe out: what the cut links have lost.
    func readDropped(_ strike: FaultStrike) -> [FaultEvidence] {
        guard strike.evidence.contains(.packetsDropped) else { return [] }
        do throws(ClusterError) {
            let dropped = try fabric.dropped(on: strike.cutLinks)
            let packets = dropped.reduce(0) { $0 + $1.packets }
            let lossy = dropped.filter { $0.packets > 0 }
            let reading =
                "\(packets) packets dropped on \(lossy.count) of \(strike.cutLinks.count) links"
            return [
                FaultEvidence(.packetsDropped, isSeen: packets > 0, reading, dropped: lossy)
            ]
        } catch {
            return [FaultEvidence(.packetsDropped, isSeen: false, error.message)]
        }
    }

    /// Reads what shows once it is healed: another process in the old one's place.
    func readReplaced(
        _ strike: FaultStrike,
        before: [Endpoint: Int32]
    ) -> [FaultEvidence] {
        strike.evidence.compactMap { kind in
            guard case .processReplaced(let endpoint) = kind else { return nil }
            let old = before[endpoint]
            let new = processes.process(of: endpoint).flatMap { $0.isRunning ? $0.id : nil }
            let reading =
                "\(endpoint): process \(old.map(String.init) ?? "none"),"
                + " then \(new.map(String.init) ?? "none")"
            return FaultEvidence(kind, isSeen: old != nil && new != nil && old != new, reading)
        }
    }
}
