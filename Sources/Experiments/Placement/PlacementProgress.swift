internal import Quantities
internal import Synchronization

/// A bar at the bottom of a terminal; nothing elsewhere.
final class PlacementProgress: Sendable {
    private let console: Console
    private let total: Double
    private let start = ContinuousClock().now
    private let state = Mutex(State())

    private struct State {
        var done = 0.0
        var doing: [String] = []
        var shown: ContinuousClock.Instant?
    }

    private static let width = 28
    private static let interval = Duration.milliseconds(100)

    /// - Parameter total: What all work costs, in a measure of the caller's.
    init(console: Console, total: Double) {
        self.console = console
        self.total = total
    }

    func begin(_ name: String) { state.withLock { $0.doing.append(name) } }

    func end(_ name: String) {
        state.withLock { state in
            if let index = state.doing.firstIndex(of: name) { state.doing.remove(at: index) }
        }
    }

    func add(_ cost: Double) {
        guard console.isLive else { return }
        let now = ContinuousClock().now
        let line: String? = state.withLock { state in
            state.done += cost
            if let shown = state.shown, now - shown < Self.interval { return nil }
            state.shown = now
            return Self.line(
                part: min(1, state.done / max(total, 1e-9)),
                spent: now - start,
                doing: state.doing
            )
        }
        if let line { console.live(line) }
    }

    static func line(part: Double, spent: Duration, doing: [String]) -> String {
        let filled = Int((part * Double(width)).rounded())
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        var text = "\(bar) \(Int((part * 100).rounded(.down))) %"
        if part > 0.03 {
            let left = spent.seconds * (1 - part) / part
            text += "  \(durationText(.seconds(max(1, left.rounded())))) left"
        }
        return doing.isEmpty ? text : text + "  " + doing.joined(separator: ", ")
    }
}
