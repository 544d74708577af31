/// Says by a mark behind a cell's latencies, and in a line below, what must not be read into them.
struct LatencyMarks {
    private let reservations: [(cell: String, reason: String)]
    private let hasTooFew: Bool

    /// More reasons would be a table of their own; each trial's notes have its own.
    private static let mostNotes = 3

    init(_ cells: [CellRecord]) {
        reservations = cells.flatMap { cell in
            cell.latencyReservation.map { [(cell.name, $0)] } ?? []
        }
        hasTooFew = cells.map(\.summary).contains {
            $0.max != nil && ($0.p50 == nil || $0.p99 == nil)
        }
    }

    static let mark = "*"

    /// A latency of a cell as a table shows it; those without a mark leave room for one.
    func marked(_ figure: String, of cell: CellRecord) -> String {
        guard !reservations.isEmpty else { return figure }
        return figure + (cell.latencyReservation == nil ? " " : Self.mark)
    }

    /// What stands below the table.
    var notes: [String] {
        var notes = hasTooFew ? ["\(Figure.missing) fewer than ten requests lie above it"] : []
        notes += reservations.prefix(Self.mostNotes).map { reservation in
            let cell = reservation.cell.isEmpty ? "" : "\(reservation.cell): "
            return "\(Self.mark) not the store's alone, \(cell)\(reservation.reason)"
        }
        let others = reservations.count - Self.mostNotes
        if others > 0 { notes.append("\(Self.mark) and so in \(others) more cells") }
        return notes
    }
}

extension CellRecord {
    /// Why its latencies are not the store's alone; `nil` where they are.
    var latencyReservation: String? { trials.compactMap(\.latencyReservation).first }
}
