/// What the colours of a trial's chart mean.
enum Legend {
    static func html(hasOffered: Bool, hasLosses: Bool) -> String {
        var items = [
            item("<path class=\"line p50\" d=\"M0 6h20\"/>", "p50"),
            item("<path class=\"line p99\" d=\"M0 6h20\"/>", "p99"),
            item("<path class=\"line max\" d=\"M0 6h20\"/>", "max"),
            item(densityKey, "fewer to more requests", width: 36),
            item(swatch("ok"), "ok", width: 12),
            item(swatch("unknown"), "unknown", width: 12),
            item(swatch("failed"), "failed", width: 12),
        ]
        if hasOffered { items.append(item("<path class=\"offered\" d=\"M0 6h20\"/>", "offered")) }
        if hasLosses {
            let mark = "<g class=\"loss\"><path d=\"M2 2l8 8m0-8l-8 8\"/></g>"
            items.append(item(mark, "lost write", width: 12))
        }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }

    private static var densityKey: String {
        let cells = (0..<DensityMap.shades).map { shade in
            "<path class=\"d\(shade + 1)\" d=\"M\(shade) .5h1\"/>"
        }
        return "<g class=\"density\" transform=\"scale(6 12)\">\(cells.joined())</g>"
    }

    private static func swatch(_ style: String) -> String {
        "<path class=\"area \(style)\" d=\"M0 0h12v12H0z\"/>"
    }

    private static func item(_ drawing: String, _ text: String, width: Int = 20) -> String {
        "<li><svg viewBox=\"0 0 \(width) 12\" width=\"\(width)\" height=\"12\" "
            + "aria-hidden=\"true\">\(drawing)</svg>\(Markup.escape(text))</li>"
    }
}
