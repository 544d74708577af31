public import Histories

/// One answer of a good history made wrong.
public enum TransactionFault: String, Sendable, CaseIterable {
    /// A read finds what was there before a write that it must have seen.
    case staleRead = "stale read"
    /// A read misses one of two writes of a transaction whose other write it found.
    case tornTransaction = "torn transaction"
    /// No read finds a write that was acknowledged.
    case lostWrite = "lost write"
    /// A read finds what nobody wrote.
    case garbage = "value that nobody wrote"

    /// - Returns: Nil where the history has no place for it.
    public func plant(in history: History, seed: UInt64) -> History? {
        var fuzzing = TransactionFuzzing(seed: seed)
        let sites = sites(in: history)
        guard !sites.isEmpty else { return nil }
        let site = sites[fuzzing.below(sites.count)]
        var history = history
        switch self {
        case .staleRead, .tornTransaction: drop(site.writer, fromReadAt: site.step, &history)
        case .garbage:
            let never = ValueID(rawValue: history.values.number(of: "never written"))
            if case .readAll(let extent?) = history.steps[site.step].kind {
                history.elements[extent.range.upperBound - 1] = never
            } else {
                history.steps[site.step].kind = .read(never)
            }
        case .lostWrite:
            for step in history.steps.indices where history.steps[step].key == site.key {
                drop(site.writer, fromReadAt: step, &history)
            }
        }
        return history
    }

    private struct Site {
        var step: Int
        var key: KeyID
        /// What the writer of the last value found wrote to the key, in its order.
        var writer: [ValueID]
    }

    /// Reads by transactions that began after the writer of what they found had ended.
    private func sites(in history: History) -> [Site] {
        var writers: [UInt32: [ValueID: Int]] = [:]
        for (place, operation) in history.operations.enumerated() where operation.outcome == .ok {
            guard case .transaction(let extent) = operation.action else { continue }
            for step in history.steps(extent) {
                if let value = Self.written(step) {
                    writers[step.key.rawValue, default: [:]][value] = place
                }
            }
        }
        var sites: [Site] = []
        for operation in history.operations where operation.outcome == .ok {
            guard case .transaction(let extent) = operation.action else { continue }
            let steps = history.steps(extent)
            // A register that this transaction wrote would show the fault in another way.
            let own = Set(steps.filter { Self.written($0) != nil }.map(\.key))
            for place in extent.range where !own.contains(history.steps[place].key) {
                guard let last = Self.last(history.steps[place], history),
                    let writer = writers[history.steps[place].key.rawValue]?[last],
                    history.operations[writer].completed < operation.invoked,
                    case .transaction(let wrote) = history.operations[writer].action
                else { continue }
                let key = history.steps[place].key
                let values = history.steps(wrote).filter { $0.key == key }.compactMap(Self.written)
                if self == .tornTransaction {
                    let others = Set(
                        history.steps(wrote).compactMap {
                            Self.written($0) != nil && $0.key != key ? $0.key : nil
                        }
                    )
                    guard steps.contains(where: { others.contains($0.key) }) else { continue }
                }
                sites.append(Site(step: place, key: key, writer: values))
            }
        }
        return sites
    }

    private static func written(_ step: TransactionStep) -> ValueID? {
        switch step.kind {
        case .append(let value), .write(let value): value
        default: nil
        }
    }

    private static func last(_ step: TransactionStep, _ history: History) -> ValueID? {
        switch step.kind {
        case .readAll(let extent?): history.elements(extent).last
        case .read(let value?): value == .absent ? nil : value
        default: nil
        }
    }

    /// Makes a read find what was there before these values.
    private func drop(_ values: [ValueID], fromReadAt step: Int, _ history: inout History) {
        switch history.steps[step].kind {
        case .readAll(let extent?):
            let kept = history.elements(extent).filter { !values.contains($0) }
            guard kept.count < Int(extent.count) else { return }
            let start = UInt32(history.elements.count)
            history.elements += kept
            history.steps[step].kind = .readAll(Extent(start: start, count: UInt32(kept.count)))
        case .read(let value?) where values.contains(value):
            history.steps[step].kind = .read(.absent)
        default: return
        }
    }
}
