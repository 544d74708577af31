/// A line through the buckets; it breaks where a bucket has no value.
package enum LinePath {
    package static func svg(_ points: [(x: Double, y: Double?)], class style: String) -> String {
        var path = ""
        var isDrawing = false
        for (index, point) in points.enumerated() {
            guard let y = point.y else {
                isDrawing = false
                continue
            }
            let place = "\(Coordinate.text(point.x)) \(Coordinate.text(y))"
            path += (isDrawing ? "L" : "M") + place
            let isAlone = !isDrawing && (index + 1 == points.count || points[index + 1].y == nil)
            // A point between two gaps would have no length, so it gets a dot's.
            if isAlone { path += "h.1" }
            isDrawing = true
        }
        return path.isEmpty ? "" : "<path class=\"line \(style)\" d=\"\(path)\"/>"
    }
}
