import Histories

/// Chooses what is written.
struct ValueWriter {
    let limit: Int?
    private var written: [ValueID] = []

    init(limit: Int?) {
        self.limit = limit
    }

    mutating func value(_ dice: inout Dice, _ history: inout History) -> ValueID {
        let number = limit.map { dice.roll($0) } ?? written.count
        let value = ValueID(rawValue: history.values.number(of: "v\(number)"))
        written.append(value)
        return value
    }

    /// One of those written lately, or nothing.
    func known(_ dice: inout Dice) -> ValueID {
        let place = written.count - 1 - dice.roll(4)
        return place < 0 ? .absent : written[place]
    }
}
