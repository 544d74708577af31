internal import RESP

/// Consecutive hash slots and who serves them, as CLUSTER SLOTS says it.
struct SlotRange: Equatable, Sendable {
    var slots: ClosedRange<Int>
    var primary: Endpoint
    var replicas: [Endpoint]

    /// The ranges of a reply; nil if it is something else.
    ///
    /// A node that does not know its own address leaves it out, and means the one it was asked at.
    static func decode(_ reply: RESPValue, askedAt host: String) -> [SlotRange]? {
        guard let rows = reply.elements else { return nil }
        var ranges: [SlotRange] = []
        for row in rows {
            guard let columns = row.elements, columns.count >= 3,
                let first = columns[0].integer, let last = columns[1].integer,
                first >= 0, first <= last, last < ClusterView.slotCount
            else { return nil }
            let nodes = columns.dropFirst(2).map { endpoint($0, askedAt: host) }
            guard let primary = nodes.first, let primary else { continue }
            ranges.append(
                SlotRange(
                    slots: first...last,
                    primary: primary,
                    replicas: nodes.dropFirst().compactMap(\.self)
                )
            )
        }
        return ranges
    }

    private static func endpoint(_ value: RESPValue, askedAt host: String) -> Endpoint? {
        guard let columns = value.elements, columns.count >= 2,
            let port = columns[1].integer, (1...65_535).contains(port)
        else { return nil }
        let named = columns[0].text ?? ""
        // "?" is a node whose address nobody knows.
        guard named != "?" else { return nil }
        return Endpoint(host: named.isEmpty ? host : named, port: port)
    }
}
