import Histories

/// Writes the times of a few operations in one unit that fits them all, from the history's start.
struct Moments {
    private enum Unit: Int64 {
        case nanoseconds = 1
        case microseconds = 1_000
        case milliseconds = 1_000_000
        case seconds = 1_000_000_000

        var name: String {
            switch self {
            case .nanoseconds: "ns"
            case .microseconds: "µs"
            case .milliseconds: "ms"
            case .seconds: "s"
            }
        }
    }

    private let history: History
    private let start: Int64
    private let unit: Unit
    /// Digits behind the point.
    private let digits: Int
    /// Whether the places of events say more than their times.
    private let showsEvents: Bool

    /// - Parameter places: The operations that are to be told.
    init(_ history: History, of places: [Int]) {
        self.history = history
        let first =
            history.clock == .nanoseconds
            ? max(0, history.operations.first?.invoked ?? 0) : history.nanoseconds.min() ?? 0
        // Where something happened before zero, zero is a moment that the reader knows.
        start = first
        var events: [Int64] = []
        for place in places where history.operations.indices.contains(place) {
            let operation = history.operations[place]
            events.append(operation.invoked)
            if operation.completed != RecordedOperation.never { events.append(operation.completed) }
        }
        events.sort()
        let times = events.compactMap { Self.time(of: $0, in: history) }.map { $0 &- first }
        let steps = zip(times, times.dropFirst()).map { $1 &- $0 }
        showsEvents = history.clock == .events && steps.contains { $0 < 0 }
        let largest = times.map(\.magnitude).max() ?? 0
        unit =
            switch largest {
            case ..<1_000: largest == 0 ? .seconds : .nanoseconds
            case ..<1_000_000: .microseconds
            case ..<1_000_000_000: .milliseconds
            default: .seconds
            }
        digits = Self.digits(for: times, steps.map(\.magnitude).filter { $0 > 0 }.min(), unit)
    }

    /// As many as tell the nearest two apart, in threes; none where all are whole.
    private static func digits(for times: [Int64], _ nearest: UInt64?, _ unit: Unit) -> Int {
        guard unit != .nanoseconds else { return 0 }
        if unit != .seconds, times.allSatisfy({ $0 % unit.rawValue == 0 }) { return 0 }
        var digits = 3
        var smallest = UInt64(unit.rawValue) / 1_000
        while smallest > 1, let nearest, nearest < smallest {
            digits += 3
            smallest /= 1_000
        }
        return digits
    }

    private static func time(of moment: Int64, in history: History) -> Int64? {
        switch history.clock {
        case .nanoseconds: return moment
        case .events:
            let place = Int(clamping: moment)
            return history.nanoseconds.indices.contains(place) ? history.nanoseconds[place] : nil
        case .sessions: return nil
        }
    }

    /// A time on the history's clock: `1.204 s`, `17 µs`, or `event 4`.
    func text(_ moment: Int64) -> String {
        guard let time = Self.time(of: moment, in: history) else {
            return history.clock == .sessions ? "number \(moment)" : "event \(moment)"
        }
        let text = text(ofSpan: time &- start)
        return showsEvents ? "event \(moment) (\(text))" : text
    }

    /// Seconds on the history's clock; nil where only the order is known, or says more.
    ///
    /// - Parameter isShifted: Whether the history's start is zero, or else the clock's.
    func seconds(_ moment: Int64, isShifted: Bool) -> Double? {
        guard !showsEvents, let time = Self.time(of: moment, in: history) else { return nil }
        return Double(isShifted ? time &- start : time) * 1e-9
    }

    private func text(ofSpan span: Int64) -> String {
        var rest = 1 as UInt64
        for _ in 0..<digits { rest *= 10 }
        let scale = UInt64(unit.rawValue) / rest
        let rounded = scale > 1 ? (span.magnitude &+ scale / 2) / scale : span.magnitude
        let sign = span < 0 && rounded > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(Count.text(rounded)) \(unit.name)" }
        let fraction = String(rounded % rest)
        let padding = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(rounded / rest).\(padding)\(fraction) \(unit.name)"
    }
}

/// Writes numbers for people.
enum Count {
    /// With separators: `12,345`.
    static func text(_ number: some BinaryInteger) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// With a noun in its number: `1 element`, `2,000 elements`.
    static func text(_ number: Int, _ noun: String) -> String {
        "\(text(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
