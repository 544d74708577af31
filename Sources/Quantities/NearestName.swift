/// The name among `names` that `text` was most likely meant to be, or nil when none is close.
///
/// Close means at most a third of the longer name's letters changed, added, dropped or swapped with
/// their neighbour; equally close names go to the first.
public func nearestName(to text: String, among names: [String]) -> String? {
    var nearest: (name: String, distance: Int)?
    for name in names {
        let distance = editDistance(Array(text.lowercased().utf8), Array(name.lowercased().utf8))
        let limit = max(1, max(text.utf8.count, name.utf8.count) / 3)
        guard distance <= limit, distance < nearest?.distance ?? .max else { continue }
        nearest = (name, distance)
    }
    return nearest?.name
}

/// Damerau's distance with adjacent swaps (optimal string alignment), in O(first × second).
func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: second.count + 1)
    var last = Array(0...second.count)
    for row in first.indices {
        var current = [row + 1]
        for column in second.indices {
            let substitution = last[column] + (first[row] == second[column] ? 0 : 1)
            var best = min(substitution, last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, first[row] == second[column - 1],
                first[row - 1] == second[column]
            {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        beforeLast = last
        last = current
    }
    return last[second.count]
}
