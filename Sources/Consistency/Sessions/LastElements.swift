import Histories

extension History {
    /// Lists and sets seen as registers: the last element that a read shows is the version that it
    /// found, and every addition writes one.
    ///
    /// As a list only grows at its end, that is as much as its whole content says of order.
    func withListsAsRegisters() -> History {
        guard operations.contains(where: { Self.isOfLists($0.action) }) else { return self }
        var registers = self
        registers.operations = []
        registers.operations.reserveCapacity(operations.count)
        for operation in operations {
            var operation = operation
            switch operation.action {
            case .append(let value), .insert(let value): operation.action = .write(value)
            case .readAll(let extent): operation.action = .read(extent.map(lastElement))
            case .transaction(let extent):
                for step in steps(extent) {
                    var part = operation
                    part.key = step.key
                    switch step.kind {
                    case .append(let value), .write(let value): part.action = .write(value)
                    case .readAll(let extent): part.action = .read(extent.map(lastElement))
                    case .read(let value): part.action = .read(value)
                    case .readNumber(let number): part.action = .readCounter(number)
                    }
                    registers.operations.append(part)
                }
                continue
            default: break
            }
            registers.operations.append(operation)
        }
        return registers
    }

    private static func isOfLists(_ action: Action) -> Bool {
        switch action {
        case .append, .insert, .readAll, .transaction: true
        default: false
        }
    }

    private func lastElement(_ extent: Extent) -> ValueID { elements(extent).last ?? .absent }
}
