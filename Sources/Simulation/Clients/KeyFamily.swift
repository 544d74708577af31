import Consistency
import Histories

/// What a key is used for, and by which model its history is judged.
enum KeyFamily: Int, CaseIterable, Sendable {
    /// Unique values, written and read.
    case register
    /// As `register`, and deleted at times.
    case deletable
    /// As `register`, and written where it still holds what was seen.
    case swapped
    case counter
    /// Elements are pushed, and the whole list is read; a long one makes room for another.
    case list

    /// The history that it is told in, among the testimony's.
    var testimony: Int {
        switch self {
        case .register, .deletable: 0
        case .swapped: 1
        case .counter: 2
        case .list: 3
        }
    }

    /// The models of the testimony's histories.
    static let models: [any HistoryModel.Type] = [
        Register.self, CompareAndSetRegister.self, Counter.self, Append.self,
    ]
}

/// One key and what is made of it.
struct SimulatedKey {
    let family: KeyFamily
    let shard: Int
    let number: Int
    /// Counts the lists that it has been.
    var generation = 0
    var additions = 0
    var name: [UInt8]
    /// Its number in its history.
    var historyKey: KeyID
    /// The value that was read last.
    var lastSeen = ValueID.absent

    /// Lists are read whole, so they must not grow without end.
    static let mostAdditions = 40

    init(number: Int, family: KeyFamily, shard: Int, _ testimony: inout Testimony) {
        self.number = number
        self.family = family
        self.shard = shard
        name = Array("k\(number)".utf8)
        historyKey = testimony.newKey("k\(number)", family, shard)
    }

    /// Counts an addition to a list; the one that is too much begins another list.
    mutating func add(_ testimony: inout Testimony) {
        additions += 1
        guard additions > Self.mostAdditions else { return }
        additions = 1
        generation += 1
        let text = "k\(number).\(generation)"
        name = Array(text.utf8)
        historyKey = testimony.newKey(text, family, shard)
    }
}
