/// Takes the lines of AWDIT's text one by one.
struct AWDITReader {
    private var builder = HistoryBuilder(clock: .sessions)
    private var words = LineWords()
    private var steps: [TransactionStep] = []
    private var session: UInt32 = 0
    private var place: Int64 = 0
    private var operations: [RecordedOperation] = []

    mutating func take(_ line: Range<Int>, of bytes: [UInt8]) throws(FormStop) {
        let span = bytes.span
        words.split(line, of: span)
        let words = words.words
        guard let first = words.first else { return }
        if first.count >= 3, words.count == 1 {
            if first.allSatisfy({ span[$0] == UInt8(ascii: "-") }) { return commit() }
            if first.allSatisfy({ span[$0] == UInt8(ascii: "=") }) {
                commit()
                session &+= 1
                place = 0
                return
            }
        }
        let isRead = span.spells("r", at: first)
        guard isRead || span.spells("w", at: first) else {
            throw unexpected(first, "r, w, ----- or =====", bytes)
        }
        guard words.count == 3 else {
            guard words.count > 3 else {
                throw .fault(.truncated(inside: "a step"), at: line.upperBound)
            }
            throw unexpected(words[3], "the end of the line", bytes)
        }
        for word in words.dropFirst() where !span.isWholeNumber(at: word) {
            throw unexpected(word, "a number", bytes)
        }
        let value = builder.value(FormText.plain(words[2], bytes))
        steps.append(
            TransactionStep(
                key: builder.key(FormText.plain(words[1], bytes)),
                kind: isRead ? .read(value) : .write(value)
            )
        )
    }

    mutating func finish() -> History {
        commit()
        var history = builder.history
        history.operations = operations
        return history
    }

    /// An empty transaction says nothing, and is left out.
    private mutating func commit() {
        guard !steps.isEmpty else { return }
        operations.append(
            RecordedOperation(
                process: session,
                key: KeyID(rawValue: 0),
                action: .transaction(builder.steps(steps)),
                outcome: .ok,
                invoked: place,
                completed: place + 1
            )
        )
        place += 2
        steps.removeAll(keepingCapacity: true)
    }

    private func unexpected(
        _ word: Range<Int>,
        _ expected: String,
        _ bytes: [UInt8]
    ) -> FormStop {
        .fault(
            .unexpected(found: FormText.plain(word.prefix(40), bytes), expected: expected),
            at: word.lowerBound
        )
    }
}
