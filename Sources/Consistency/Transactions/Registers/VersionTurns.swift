/// Whose turn it is among the versions of each key, by the clock.
///
/// Who wrote or read a version was done before somebody began who wrote or read another: then the
/// first version came before the second.
struct VersionTurns {
    private let zones: [SerialSteps.Zone]
    /// By key: its versions, by when they were certainly there.
    private let versions: [[UInt32]]
    /// By version: its place among those of its key.
    private var places: [UInt32]
    private var isThere: [Bool]
    /// By key: where the first version is that has not come; all before it have.
    private var first: [Int]

    init(_ steps: SerialSteps) {
        zones = steps.zones
        versions = steps.versionsByTime()
        places = Array(repeating: 0, count: zones.count)
        for versions in versions {
            for (place, version) in versions.enumerated() { places[Int(version)] = UInt32(place) }
        }
        isThere = Array(repeating: false, count: zones.count)
        first = Array(repeating: 0, count: versions.count)
    }

    /// Whether no version that has still to come must come before it.
    mutating func mayCome(_ version: UInt32, of key: UInt32) -> Bool {
        let versions = versions[Int(key)]
        var place = first[Int(key)]
        while place < versions.count, isThere[Int(versions[place])] { place += 1 }
        first[Int(key)] = place
        if place < versions.count, versions[place] == version {
            repeat { place += 1 } while place < versions.count && isThere[Int(versions[place])]
        }
        guard place < versions.count else { return true }
        return zones[Int(versions[place])].there >= zones[Int(version)].still
    }

    mutating func come(_ version: UInt32) { isThere[Int(version)] = true }

    mutating func goBack(_ version: UInt32, of key: UInt32) {
        isThere[Int(version)] = false
        first[Int(key)] = min(first[Int(key)], Int(places[Int(version)]))
    }
}
