internal import Replication

/// The connections of a node by place, so that the core's answer finds whom it is for.
///
/// A token is the connection's place and the reply's number. Numbers go on when a place gets a new
/// connection, so that an answer which comes after its connection went away reaches nobody.
struct ClientTable {
    private var places: [Place] = []
    private var free: [Int] = []
    private(set) var count = 0

    private struct Place {
        var connection: ClientConnection?
        var nextNumber: UInt64 = 0
    }

    private static let placeBits: UInt64 = 20
    /// Redis's `maxclients`; the token's place has room for more.
    static let limit = 10_000

    /// Gives `connection` a place, and the number that its first reply must have.
    mutating func add(_ connection: ClientConnection) -> (place: Int, firstNumber: UInt64) {
        count += 1
        guard let place = free.popLast() else {
            places.append(Place(connection: connection))
            return (places.count - 1, 0)
        }
        places[place].connection = connection
        return (place, places[place].nextNumber)
    }

    mutating func remove(place: Int, nextNumber: UInt64) {
        places[place] = Place(connection: nil, nextNumber: nextNumber)
        free.append(place)
        count -= 1
    }

    static func token(place: Int, number: UInt64) -> RequestToken {
        RequestToken(number << placeBits | UInt64(place))
    }

    /// Whom a token is for, if it is still there, and the number of its reply.
    subscript(token: RequestToken) -> (connection: ClientConnection, number: UInt64)? {
        let place = Int(token.value & (1 << Self.placeBits - 1))
        guard place < places.count, let connection = places[place].connection else { return nil }
        return (connection, token.value >> Self.placeBits)
    }

    var connections: [ClientConnection] { places.compactMap(\.connection) }
}
