/// What rules an order out at one look, whether or not values were written twice.
enum RegisterRejections {
    static func impossibility(in register: RegisterHistory) -> Impossibility? {
        let count = register.values.count
        // By value: who was the first to ask to write it.
        var producers = [Int32](repeating: -1, count: count)
        var firstWritten: RegisterOperation?
        for (number, operation) in register.operations.enumerated() where operation.produces {
            let value = Int(operation.value)
            if producers[value] < 0 { producers[value] = Int32(number) }
            if operation.isRequired, operation.kind != .eitherSwap, operation.value != 0,
                operation.completed < firstWritten?.completed ?? .max
            {
                firstWritten = operation
            }
        }
        for operation in register.operations {
            guard operation.isRequired, operation.kind == .read || operation.kind == .swap,
                let value = operation.looksFor
            else { continue }
            let producer = producers[Int(value)]
            if value == 0 {
                if producer < 0, let written = firstWritten, operation.invoked > written.completed {
                    return Impossibility(
                        anomaly: "lost-write",
                        places: [written.place, operation.place],
                        reasons: ["Nobody wrote or deleted to bring back what was there at first."]
                    )
                }
                continue
            }
            guard producer >= 0 else {
                return Impossibility(
                    anomaly: "garbage-read",
                    places: [operation.place],
                    reasons: ["Nobody wrote that value, and it was not there at the start."]
                )
            }
            let written = register.operations[Int(producer)]
            if operation.completed < written.invoked {
                return Impossibility(
                    anomaly: "future-read",
                    places: [operation.place, written.place],
                    reasons: ["The value was seen before anybody had asked to write it."]
                )
            }
        }
        return nil
    }
}
