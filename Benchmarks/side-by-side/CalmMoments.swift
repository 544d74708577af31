import Glibc

/// Waits for moments in which nothing else wants the machine, as long as there is patience left.
struct CalmMoments {
    private var patience: Double

    /// The share of all cores that others may use.
    private static let noise = 0.1
    private static let look = 0.2

    /// - Parameter patience: seconds, over all moments.
    init(patience: Double) { self.patience = patience }

    /// Returns in a calm moment, or when patience has run out.
    mutating func awaitNext() {
        while patience > 0 {
            let before = ProcessorTime.read()
            usleep(UInt32(Self.look * 1e6))
            let now = ProcessorTime.read()
            let total = max(1, now.total - before.total)
            if Double(now.busy - before.busy) / Double(total) <= Self.noise { return }
            patience -= Self.look
        }
    }
}
