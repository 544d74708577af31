internal import LoadGeneration
internal import Quantities
internal import Statistics

/// When a trial does not count because the load generator, not the store, was measured.
///
/// The rules are fixed before the run and the same for every cell.
package enum VoidRules {
    /// Below this part of the due requests, the offered load was not what the plan says.
    static let leastIssued = 0.99
    /// A send this late is the generator's latency, in seconds.
    static let lateSend = 0.05
    /// The part of sends that may be late.
    static let mostLateSends = 0.01
    /// In a closed loop a worker this busy sets the rate, as a fraction of a core.
    static let busiestCore = 0.95

    /// Why the trial is void; empty when it counts.
    package static func reasons(_ figures: LoadFigures, endings: [String]) -> [String] {
        var reasons: [String] = []
        for ending in endings where ending.hasPrefix("failed") {
            reasons.append("a load worker \(ending)")
        }
        if figures.offered != nil {
            let issued = Double(figures.issued) / Double(max(1, figures.scheduled))
            if issued < leastIssued {
                reasons.append(
                    "the generator sent \(percent(issued)) of the requests that were due"
                )
            }
            let late = figures.sendLag.count(above: UInt64(lateSend * 1e9))
            let share = Double(late) / Double(max(1, figures.sendLag.count))
            if share > mostLateSends {
                reasons.append(
                    "the generator sent \(percent(share)) of the requests "
                        + "more than \(durationText(.seconds(lateSend))) late"
                )
            }
        } else if figures.busiestCore > busiestCore {
            reasons.append(
                "a load worker used \(percent(figures.busiestCore)) of a core: it set the rate, "
                    + "not the store; write more `workers:`"
            )
        }
        return reasons
    }
}

/// `98.7 %`.
func percent(_ fraction: Double) -> String {
    let tenths = Int((fraction * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}
