import Topology

/// One line of the table, and the bars it is held against.
struct Row {
    let name: String
    let nodes: Int
    private let cells: [String]
    /// Which bar is missed; empty where none is.
    let reason: String

    static let mostRatio = 1.5

    init(_ subject: Subject, _ measured: Measurement) {
        name = subject.left > 0 ? "\(subject.name), a fifth gone" : subject.name
        nodes = subject.nodes
        let theory = subject.theory
        cells = [
            name, "\(nodes)", "\(Int(1 / measured.lookup))", nanoseconds(measured.lookup),
            nanoseconds(measured.threeNodes), "\(measured.allocatedBytes)",
            measured.reference.map(nanoseconds) ?? "", measured.ratio.map { fixed($0, 2) } ?? "",
            bytes(subject.table.byteCount), bytes(theory.bytes), theory.formula,
            bytes(subject.liveBytes), time(subject.build), time(subject.change),
        ]
        var reasons: [String] = []
        if measured.allocatedBytes > 0 { reasons.append("a lookup allocates") }
        if !measured.agrees { reasons.append("C++ answers otherwise") }
        if let ratio = measured.ratio, ratio > Self.mostRatio {
            reasons.append("\(fixed(ratio, 2)) times C++")
        }
        let expected = Double(theory.bytes)
        if Double(subject.table.byteCount) > 1.25 * expected + 1_024 {
            reasons.append("takes \(subject.table.byteCount) bytes")
        }
        reason = reasons.joined(separator: ", ")
    }

    var isMissed: Bool { !reason.isEmpty }

    static func table(_ rows: [Row]) -> String {
        let head = [
            "scheme", "nodes", "lookups/s", "ns", "ns, 3 nodes", "allocated", "C++ ns", "ratio",
            "table", "theory", "formula", "live after build", "build", "change",
        ]
        let lines = [head] + rows.map(\.cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 || column == 10 ? cell + gap : gap + cell) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

private func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * scale).rounded())
    guard digits > 0 else { return "\(whole)" }
    let fraction = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(whole / Int(scale)).\(zeros)\(fraction)"
}

private func nanoseconds(_ seconds: Double) -> String {
    fixed(seconds * 1e9, seconds < 1e-7 ? 1 : 0)
}

private func bytes(_ count: Int) -> String {
    count < 10_000
        ? "\(count) B"
        : count < 10_000_000
            ? "\(fixed(Double(count) / 1e3, 1)) kB" : "\(fixed(Double(count) / 1e6, 1)) MB"
}

private func time(_ seconds: Double) -> String {
    seconds < 1e-3
        ? "\(fixed(seconds * 1e6, 1)) us"
        : seconds < 1 ? "\(fixed(seconds * 1e3, 1)) ms" : "\(fixed(seconds, 2)) s"
}
