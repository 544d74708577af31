import Histories

/// Checks sets by what becomes of each element, as Jepsen's `set-full` does.
///
/// An element is known once its insertion was acknowledged or a read showed it. It is lost if a
/// read that began later did not show it and no read after that did; stale if one did again. What
/// nobody inserted, and what one read shows twice, is invalid too.
struct SetCheck {
    private struct Element {
        /// The first insertion that may have happened.
        var inserted: Int32 = -1
        var known = Int64.max
        /// Of the acknowledgement or the read by which it is known.
        var knownBy: Int32 = -1
        /// Places among the reads, by invocation; -1 for none.
        var lastPresent = -1
        var lastAbsent = -1
        /// The last read that was seen to hold it.
        var seenIn = -1
    }

    private static let told = 5

    let history: History
    var options: CheckOptions
    let modelName: String

    func conclusion(on places: ArraySlice<Int32>, _ key: KeyID) -> Conclusion {
        var foreign = 0
        var elements: [ValueID: Element] = [:]
        var order: [ValueID] = []
        var refused: Set<ValueID> = []
        var reads: [(place: Int32, extent: Extent)] = []
        for place in places {
            let operation = history.operations[Int(place)]
            switch operation.action {
            case .insert(let value) where operation.outcome == .failed:
                refused.insert(value)
            case .insert(let value):
                if elements[value] == nil { order.append(value) }
                var element = elements[value] ?? Element()
                if element.inserted < 0 { element.inserted = place }
                if operation.outcome == .ok, operation.completed < element.known {
                    element.known = operation.completed
                    element.knownBy = place
                }
                elements[value] = element
            case .readAll(let extent?) where operation.outcome == .ok:
                reads.append((place, extent))
            case .readAll:
                break
            default:
                foreign += 1
            }
        }
        var conclusion = Conclusion(verdict: .valid, operations: places.count - foreign)
        var found: [Impossibility] = []
        for (number, read) in reads.enumerated() {
            found += strangers(read.place, read.extent, number, &elements, refused)
        }
        markAbsent(reads, &elements, order)
        var (never, stale) = (0, 0)
        for value in order {
            guard let element = elements[value] else { continue }
            guard element.lastAbsent >= 0, element.known != .max else {
                if element.lastPresent < 0 { never += 1 }
                continue
            }
            let absent = reads[element.lastAbsent].place
            guard history.operations[Int(absent)].invoked > element.known else {
                if element.lastPresent < 0 { never += 1 }
                continue
            }
            if element.lastPresent > element.lastAbsent {
                stale += 1
            } else {
                found.append(lost(value, element, absent))
            }
        }
        for impossibility in found.prefix(Self.told) {
            conclusion = conclusion.refuted(by: impossibility, key, history)
        }
        let title = OperationTelling(history).title(key)
        if found.count > 1 {
            conclusion.verdict = .invalid(["\(title)\(Count.text(found.count)) elements contradict"]
            )
        }
        conclusion.notes += notes(stale: stale, never: never).map { title + $0 }
        if never == order.count, never > 0, conclusion.verdict == .valid {
            conclusion.verdict = .unknown(["\(title)no element was ever read"])
        }
        return conclusion.aware(ofForeign: foreign, modelName, key, history)
    }

    private func notes(stale: Int, never: Int) -> [String] {
        [(stale, "read late"), (never, "never read")].filter { $0.0 > 0 }.map { count, what in
            (count == 1 ? "1 element was " : "\(Count.text(count)) elements were ") + what
        }
    }

    /// What a read shows that it cannot show, while noting what it does show.
    private func strangers(
        _ place: Int32,
        _ extent: Extent,
        _ number: Int,
        _ elements: inout [ValueID: Element],
        _ refused: Set<ValueID>
    ) -> [Impossibility] {
        let read = history.operations[Int(place)]
        let telling = OperationTelling(history)
        var found: [Impossibility] = []
        var strange: Set<ValueID> = []
        for value in history.elements(extent) {
            guard var element = elements[value] else {
                guard strange.insert(value).inserted else { continue }
                let reason =
                    refused.contains(value)
                    ? "\(telling.text(value)) was refused, yet it is there."
                    : "Nobody ever inserted \(telling.text(value))."
                found.append(
                    Impossibility(anomaly: "garbage-element", places: [place], reasons: [reason])
                )
                continue
            }
            if element.seenIn == number {
                found.append(
                    Impossibility(
                        anomaly: "duplicate-element",
                        places: [element.inserted, place],
                        reasons: ["One read shows \(telling.text(value)) more than once."]
                    )
                )
                continue
            }
            element.seenIn = number
            element.lastPresent = number
            if history.operations[Int(element.inserted)].invoked > read.completed {
                found.append(
                    Impossibility(
                        anomaly: "future-read",
                        places: [place, element.inserted],
                        reasons: ["\(telling.text(value)) was read before it was inserted."]
                    )
                )
            }
            if read.completed < element.known {
                element.known = read.completed
                element.knownBy = place
            }
            elements[value] = element
        }
        return found
    }

    /// Notes for each element the last read that does not show it.
    ///
    /// From the last read back: an element that a read shows costs no more than the read itself.
    private func markAbsent(
        _ reads: [(place: Int32, extent: Extent)],
        _ elements: inout [ValueID: Element],
        _ order: [ValueID]
    ) {
        var open = order
        for number in reads.indices.reversed() where !open.isEmpty {
            let shown = Set(history.elements(reads[number].extent))
            open.removeAll { value in
                guard !shown.contains(value) else { return false }
                elements[value]?.lastAbsent = number
                return true
            }
        }
    }

    private func lost(_ value: ValueID, _ element: Element, _ absent: Int32) -> Impossibility {
        var places = [element.inserted]
        for place in [element.knownBy, absent] where place >= 0 && !places.contains(place) {
            places.append(place)
        }
        return Impossibility(
            anomaly: "lost-element",
            places: places,
            reasons: [
                "\(OperationTelling(history).text(value)) was there, a later read does not show it, "
                    + "and no read after that does."
            ]
        )
    }
}
