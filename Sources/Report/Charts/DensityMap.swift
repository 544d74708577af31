import Histories

/// How many requests had which latency when: cells of one bucket by one band, darker for more.
///
/// Neighbours of the same shade in a band are one run, and each shade is one path in a coordinate
/// system where a cell is 1 by 1: a trial of minutes stays within tens of kilobytes. All bands are
/// drawn equally tall; within an octave that is off by a pixel at most.
package enum DensityMap {
    package static let shades = 6

    package static func svg(
        _ columns: [TimelineBucket],
        time: LinearScale,
        latency: LatencyScale
    ) -> String {
        guard let first = columns.first else { return "" }
        let greatest = columns.lazy.flatMap(\.density).map(\.count).max() ?? 0
        guard greatest > 0 else { return "" }
        var paths = [String](repeating: "", count: shades)
        for (band, row) in rows(of: columns, greatest: greatest) {
            for run in runs(of: row) {
                paths[run.shade] += "M\(run.start) \(-band)h\(run.length)"
            }
        }
        let width = columns.count > 1 ? time(columns[1].start) - time(first.start) : 1
        let height = latency.octave / 4
        // Row `band` is centred on -band: band 1 begins at 1.024 µs.
        let origin = latency.unbounded(1.024e-6) + height / 2
        let transform =
            "translate(\(Coordinate.text(time(first.start))) \(Coordinate.text(origin))) "
            + "scale(\(Figure.fixed(width, decimals: 4)) \(Figure.fixed(height, decimals: 4)))"
        let drawn = paths.enumerated().map { shade, path in
            path.isEmpty ? "" : "<path class=\"d\(shade + 1)\" d=\"\(path)\"/>"
        }
        return "<g class=\"density\" transform=\"\(transform)\">\(drawn.joined())</g>"
    }

    package struct Run: Equatable {
        package var start: Int
        package var length: Int
        package var shade: Int

        package init(start: Int, length: Int, shade: Int) {
            self.start = start
            self.length = length
            self.shade = shade
        }
    }

    /// The shade of each column, by band; bands that nothing fell into are left out.
    private static func rows(
        of columns: [TimelineBucket],
        greatest: Int
    ) -> [(band: Int, row: [Int?])] {
        var rows = [[Int?]?](repeating: nil, count: LatencyBand.count)
        for (position, column) in columns.enumerated() {
            for cell in column.density where cell.count > 0 {
                var row = rows[cell.band.index] ?? [Int?](repeating: nil, count: columns.count)
                row[position] = shade(cell.count, of: greatest)
                rows[cell.band.index] = row
            }
        }
        return rows.enumerated().compactMap { band, row in row.map { (band, $0) } }
    }

    /// 0 to 5 by the logarithm of the count, so that a single slow request can be seen.
    package static func shade(_ count: Int, of greatest: Int) -> Int {
        guard greatest > 1 else { return shades - 1 }
        let fraction = Logarithm.base2(Double(count)) / Logarithm.base2(Double(greatest))
        return min(shades - 1, Int(fraction * Double(shades)))
    }

    package static func runs(of row: [Int?]) -> [Run] {
        var runs: [Run] = []
        for (position, shade) in row.enumerated() {
            guard let shade else { continue }
            if let last = runs.last, last.shade == shade, last.start + last.length == position {
                runs[runs.count - 1].length += 1
            } else {
                runs.append(Run(start: position, length: 1, shade: shade))
            }
        }
        return runs
    }
}
