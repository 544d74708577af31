import Histories

/// Gibbons and Korach's test for registers in which no observed value was written twice.
///
/// From "Testing shared memories" (SIAM Journal on Computing 26, 1997). The operations of one value must stand side by side in any order, from the one that wrote it to
/// the last that saw it; so must the values that compare-and-set linked to each other. Two such
/// clusters contradict each other if each has an operation that ended before one of the other
/// began, and if no two do, an order exists. Takes time for one sort.
struct RegisterZones {
    enum Answer: Sendable {
        case linearizable
        case impossible(Impossibility)
        /// Some observed value was written twice.
        case notUnique
    }

    /// The operations of one value.
    struct Cluster {
        /// The operation that wrote it; -1 for the value before the first write.
        var producer: Int32
        /// The cluster of the value that a compare-and-set replaced; -1 if none did.
        var previous: Int32 = -1
        /// The cluster of the value it was replaced by.
        var following: Int32 = -1
        /// The earliest return and who returned, the latest invocation and who was invoked.
        var firstReturn = Int64.max
        var firstReturned: Int32 = -1
        var lastInvocation = Int64.min
        var lastInvoked: Int32 = -1

        mutating func add(_ operation: RegisterOperation, _ number: Int32) {
            if operation.completed < firstReturn {
                firstReturn = operation.completed
                firstReturned = number
            }
            if operation.invoked > lastInvocation {
                lastInvocation = operation.invoked
                lastInvoked = number
            }
        }

        mutating func join(_ other: Self) {
            if other.firstReturn < firstReturn {
                firstReturn = other.firstReturn
                firstReturned = other.firstReturned
            }
            if other.lastInvocation > lastInvocation {
                lastInvocation = other.lastInvocation
                lastInvoked = other.lastInvoked
            }
        }

        /// Whether some operation here ended before one of the other began.
        func precedes(_ other: Self) -> Bool { firstReturn < other.lastInvocation }
    }

    let register: RegisterHistory
    /// Names a value.
    private let telling: (ValueID) -> String
    private(set) var clusters: [Cluster] = []
    /// By value: its cluster, -1 for one that nobody saw.
    private var clusterOfValue: [Int32]

    init(_ register: RegisterHistory, telling: @escaping (ValueID) -> String) {
        self.register = register
        self.telling = telling
        clusterOfValue = [Int32](repeating: -1, count: register.values.count)
    }

    /// Without what refused compare-and-sets say: that is for a search to add.
    mutating func answer() -> Answer {
        guard let observed = uniquelyWritten() else { return .notUnique }
        for (value, isObserved) in observed.enumerated() where isObserved {
            clusterOfValue[value] = Int32(clusters.count)
            clusters.append(Cluster(producer: -1))
        }
        if clusterOfValue[0] >= 0 {
            clusters[Int(clusterOfValue[0])].firstReturn = .min
        }
        if let impossibility = gather(observed) ?? missingProducer() {
            return .impossible(impossibility)
        }
        switch chains() {
        case .success(let zones):
            if let impossibility = conflict(among: zones) { return .impossible(impossibility) }
            return .linearizable
        case .failure(let failure):
            return .impossible(failure.impossibility)
        }
    }

    /// By value: whether anybody saw it; nil if one that was seen was written twice.
    private func uniquelyWritten() -> [Bool]? {
        var observed = [Bool](repeating: false, count: register.values.count)
        // By value: the operation that writes it; -1 for none, -2 for several.
        var producers = [Int32](repeating: -1, count: register.values.count)
        producers[0] = -2
        var unsure: [Int32] = []
        for (number, operation) in register.operations.enumerated() {
            if operation.kind == .eitherSwap { return nil }
            if operation.isRequired, operation.kind != .refusedSwap, let seen = operation.looksFor {
                observed[Int(seen)] = true
            }
            if operation.produces {
                let value = Int(operation.value)
                if value == 0 { producers[0] = -3 }
                let isFirst = producers[value] == -1
                producers[value] = isFirst ? Int32(number) : min(-2, producers[value])
                if operation.kind == .swap, !operation.isRequired { unsure.append(Int32(number)) }
            }
        }
        // An unknown compare-and-set whose value was seen has happened, so it saw what it replaced.
        var isSettled = unsure.isEmpty
        while !isSettled {
            isSettled = true
            for number in unsure.reversed() {
                let operation = register.operations[Int(number)]
                if observed[Int(operation.value)], !observed[Int(operation.from)] {
                    observed[Int(operation.from)] = true
                    isSettled = false
                }
            }
        }
        for value in observed.indices where observed[value] {
            if producers[value] == -3 || (value > 0 && producers[value] == -2) { return nil }
        }
        return observed
    }

    /// Adds every operation to its cluster.
    private mutating func gather(_ observed: [Bool]) -> Impossibility? {
        for (place, operation) in register.operations.enumerated() {
            let number = Int32(place)
            switch operation.kind {
            case .read:
                clusters[Int(clusterOfValue[Int(operation.value)])].add(operation, number)
            case .write, .swap:
                let isObserved = observed[Int(operation.value)]
                guard isObserved || operation.isRequired else { continue }
                let cluster: Int
                if isObserved {
                    cluster = Int(clusterOfValue[Int(operation.value)])
                } else {
                    cluster = clusters.count
                    clusters.append(Cluster(producer: number))
                }
                clusters[cluster].producer = number
                clusters[cluster].add(operation, number)
                guard operation.kind == .swap else { continue }
                let previous = Int(clusterOfValue[Int(operation.from)])
                clusters[cluster].previous = Int32(previous)
                guard clusters[previous].following < 0 else {
                    return doubleSwap(clusters[previous], number)
                }
                clusters[previous].following = Int32(cluster)
            case .refusedSwap, .eitherSwap:
                continue
            }
        }
        return nil
    }

    private func doubleSwap(_ cluster: Cluster, _ second: Int32) -> Impossibility {
        let first = clusters[Int(cluster.following)].producer
        return impossibility(
            "double-swap",
            [cluster.producer, first, second],
            ["One write cannot be replaced twice: one of the two compare-and-sets found it gone."]
        )
    }

    private func missingProducer() -> Impossibility? {
        for (value, cluster) in clusterOfValue.enumerated() where cluster >= 0 && value > 0 {
            let zone = clusters[Int(cluster)]
            if zone.producer < 0 {
                let reader = zone.firstReturned >= 0 ? zone.firstReturned : zone.lastInvoked
                let seer = reader >= 0 ? reader : clusters[Int(max(0, zone.following))].producer
                return impossibility(
                    "garbage-read",
                    [seer],
                    ["Nobody wrote that value, and it was not there at the start."]
                )
            }
            let producer = register.operations[Int(zone.producer)]
            if zone.firstReturn < producer.invoked {
                return impossibility(
                    "future-read",
                    [zone.firstReturned, zone.producer],
                    ["The value was seen before anybody had asked to write it."]
                )
            }
        }
        return nil
    }

    private struct ChainFailure: Error {
        var impossibility: Impossibility
    }

    /// One zone for each run of values that compare-and-set linked.
    private func chains() -> Result<[Cluster], ChainFailure> {
        var zones: [Cluster] = []
        var reached = 0
        var chain: [Int32] = []
        for start in clusters.indices where clusters[start].previous < 0 {
            chain.removeAll(keepingCapacity: true)
            var next = Int32(start)
            while next >= 0 {
                chain.append(next)
                next = clusters[Int(next)].following
            }
            reached += chain.count
            var zone = clusters[Int(chain[chain.count - 1])]
            for place in chain.dropLast().reversed() {
                let cluster = clusters[Int(place)]
                if zone.precedes(cluster) {
                    let places = [
                        cluster.producer, zone.producer, zone.firstReturned, cluster.lastInvoked,
                    ]
                    return .failure(
                        ChainFailure(
                            impossibility: impossibility(
                                "stale-read",
                                places,
                                ["A value was seen after a compare-and-set had replaced it."]
                            )
                        )
                    )
                }
                let producer = cluster.producer
                zone.join(cluster)
                zone.producer = producer
            }
            zones.append(zone)
        }
        guard reached == clusters.count else {
            let circle = clusters.filter { $0.previous >= 0 }.prefix(4).map(\.producer)
            let impossibility = impossibility(
                "circular-swaps",
                circle,
                ["Each of these compare-and-sets needs another of them to come first."]
            )
            return .failure(ChainFailure(impossibility: impossibility))
        }
        return .success(zones)
    }

    private func conflict(among zones: [Cluster]) -> Impossibility? {
        var forward: [(start: Int64, zone: Int32)] = []
        for (number, zone) in zones.enumerated() where zone.firstReturn < zone.lastInvocation {
            forward.append((zone.firstReturn, Int32(number)))
        }
        forward.sort { ($0.start, $0.zone) < ($1.start, $1.zone) }
        for (left, right) in zip(forward, forward.dropFirst()) {
            let (first, second) = (zones[Int(left.zone)], zones[Int(right.zone)])
            if second.precedes(first) { return contradiction(first, second) }
        }
        for zone in zones where zone.firstReturn >= zone.lastInvocation {
            // The forward zones do not overlap, so only the last that starts before can hold it.
            var (low, high) = (0, forward.count)
            while low < high {
                let middle = (low + high) / 2
                if forward[middle].start < zone.lastInvocation {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            guard low > 0 else { continue }
            let around = zones[Int(forward[low - 1].zone)]
            if around.precedes(zone), zone.precedes(around) { return contradiction(around, zone) }
        }
        return nil
    }

    /// Each has an operation that ended before one of the other began.
    private func contradiction(_ first: Cluster, _ second: Cluster) -> Impossibility {
        let (older, newer) =
            first.firstReturn < second.firstReturn ? (first, second) : (second, first)
        let isSeenAgain = newer.lastInvocation > older.lastInvocation
        let places = [
            older.firstReturned, origin(of: older.lastInvoked) ?? older.producer, newer.producer,
            newer.lastInvoked, newer.firstReturned, older.lastInvoked,
        ]
        return impossibility(
            isSeenAgain ? "stale-read" : isDelete(newer) ? "delete-undone" : "lost-write",
            places,
            [reason(older, newer)]
        )
    }

    /// Who wrote what an operation found.
    private func origin(of number: Int32) -> Int32? {
        guard number >= 0, let value = register.operations[Int(number)].looksFor,
            clusterOfValue[Int(value)] >= 0
        else { return nil }
        let producer = clusters[Int(clusterOfValue[Int(value)])].producer
        return producer >= 0 ? producer : nil
    }

    private func isDelete(_ cluster: Cluster) -> Bool {
        guard cluster.producer >= 0 else { return false }
        let operation = register.operations[Int(cluster.producer)]
        return operation.kind == .write && register.values[Int(operation.value)] == .absent
    }

    private func reason(_ older: Cluster, _ newer: Cluster) -> String {
        let last = register.operations[Int(max(0, older.lastInvoked))]
        let start = register.operations[Int(max(0, older.firstReturned))].value
        let end = register.operations[Int(max(0, newer.firstReturned))].value
        if isDelete(newer), last.looksFor == start {
            return
                "\(text(start)) was there, then it was deleted, and after that it was found again."
        }
        let first = words(start)
        let other = start == end ? "another \(words(end))" : words(end)
        guard let found = last.looksFor else {
            return "By the answers \(first) was there before \(other), and again after it."
        }
        let before =
            start == found
            ? "\(first) was there before \(other), and again after it"
            : "\(first), which gave way to \(words(found)), was there before \(other), and "
                + "\(words(found)) after it"
        return "By the answers \(before); \(other) or something newer should have been found."
    }

    /// A value in a sentence in which there may be none.
    private func words(_ value: Int32) -> String {
        register.values[Int(value)] == .absent ? "no value" : text(value)
    }

    private func text(_ value: Int32) -> String { telling(register.values[Int(value)]) }

    private func impossibility(
        _ anomaly: String,
        _ numbers: [Int32],
        _ reasons: [String]
    ) -> Impossibility {
        var places: [Int32] = []
        for number in numbers where number >= 0 {
            let place = register.operations[Int(number)].place
            if !places.contains(place) { places.append(place) }
        }
        return Impossibility(anomaly: anomaly, places: places, reasons: reasons)
    }
}
