import Replication

/// Things on their way, by place, so that an appointment is a few bytes whatever it delivers.
struct Slots<Element> {
    private var elements: [Element?] = []
    private var free: [UInt32] = []

    mutating func add(_ element: Element) -> UInt32 {
        if let place = free.popLast() {
            elements[Int(place)] = element
            return place
        }
        elements.append(element)
        return UInt32(elements.count - 1)
    }

    func look(_ place: UInt32) -> Element? { elements[Int(place)] }

    mutating func take(_ place: UInt32) -> Element? {
        defer {
            elements[Int(place)] = nil
            free.append(place)
        }
        return elements[Int(place)]
    }
}

/// Messages between nodes on their way.
struct Parcels {
    private var parcels: [Parcel] = []
    private var free: [UInt32] = []

    struct Parcel {
        var message: PeerMessage
        var connection: UInt32
        var from: UInt8
        var to: UInt8
    }

    private static let nothing = PeerMessage.recover([])

    mutating func add(
        _ message: PeerMessage,
        connection: UInt32,
        from: UInt8,
        to: UInt8
    ) -> UInt32 {
        let parcel = Parcel(message: message, connection: connection, from: from, to: to)
        if let place = free.popLast() {
            parcels[Int(place)] = parcel
            return place
        }
        parcels.append(parcel)
        return UInt32(parcels.count - 1)
    }

    /// Where it comes from and goes to, and over which connection.
    func label(_ place: UInt32) -> (from: UInt8, to: UInt8, connection: UInt32) {
        let index = Int(place)
        return (parcels[index].from, parcels[index].to, parcels[index].connection)
    }

    mutating func take(_ place: UInt32) -> PeerMessage {
        var message = Self.nothing
        swap(&message, &parcels[Int(place)].message)
        free.append(place)
        return message
    }
}
