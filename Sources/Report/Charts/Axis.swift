/// Grid lines with their labels.
enum Axis {
    /// Vertical lines through all panels from `top` to `bottom`, seconds below them.
    static func time(_ scale: LinearScale, top: Double, bottom: Double) -> String {
        let ticks = scale.ticks(about: 12)
        let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
        let (factor, unit): (Double, String) =
            switch step {
            case ..<0.9e-7: (1e9, "ns")
            case ..<0.9e-4: (1e6, "µs")
            case ..<0.9e-2: (1e3, "ms")
            default: (1, "s")
            }
        var grid = ""
        var labels = ""
        for tick in ticks {
            let x = Coordinate.text(scale(tick))
            grid += "M\(x) \(Coordinate.text(top))V\(Coordinate.text(bottom))"
            let number = Figure.fixed(
                tick * factor,
                decimals: step * factor >= 0.9 ? 0 : step * factor < 0.09 ? 2 : 1
            )
            labels +=
                "<text x=\"\(x)\" y=\"\(Coordinate.text(bottom + 16))\" text-anchor=\"middle\">"
                + "\(number) \(unit)</text>"
        }
        return "<path class=\"grid\" d=\"\(grid)\"/><g class=\"tick\">\(labels)</g>"
    }

    /// Horizontal lines at 1, 2 and 5, labels at the powers of ten.
    static func latency(_ scale: LatencyScale, left: Double, right: Double) -> String {
        let line = "H\(Coordinate.text(right))"
        let faint = scale.between.map { value in
            "M\(Coordinate.text(left)) \(Coordinate.text(scale(value)))\(line)"
        }
        let strong = scale.decades.map { value in
            "M\(Coordinate.text(left)) \(Coordinate.text(scale(value)))\(line)"
        }
        let labels = scale.decades.map { value in
            label(decade(value), x: left, y: scale(value))
        }
        return "<path class=\"grid faint\" d=\"\(faint.joined())\"/>"
            + "<path class=\"grid\" d=\"\(strong.joined())\"/>"
            + "<g class=\"tick\">\(labels.joined())</g>"
    }

    /// Horizontal lines with operations per second.
    static func rate(_ scale: LinearScale, left: Double, right: Double) -> String {
        var lines = ""
        var labels = ""
        for tick in scale.ticks(about: 3) {
            let y = scale(tick)
            lines += "M\(Coordinate.text(left)) \(Coordinate.text(y))H\(Coordinate.text(right))"
            labels += label(Figure.count(Int(tick.rounded())), x: left, y: y)
        }
        return "<path class=\"grid\" d=\"\(lines)\"/><g class=\"tick\">\(labels)</g>"
    }

    private static func label(_ text: String, x: Double, y: Double) -> String {
        "<text x=\"\(Coordinate.text(x - 8))\" y=\"\(Coordinate.text(y + 4))\" "
            + "text-anchor=\"end\">\(text)</text>"
    }

    /// A power of ten without decimals: `10 ms`.
    private static func decade(_ seconds: Double) -> String {
        let (value, unit): (Double, String) =
            switch seconds {
            case ..<0.9e-6: (seconds * 1e9, "ns")
            case ..<0.9e-3: (seconds * 1e6, "µs")
            case ..<0.9: (seconds * 1e3, "ms")
            default: (seconds, "s")
            }
        return "\(Figure.count(Int(value.rounded()))) \(unit)"
    }
}
