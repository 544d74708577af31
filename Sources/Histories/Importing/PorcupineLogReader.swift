/// Takes the lines of a Porcupine log one by one.
struct PorcupineLogReader {
    private enum Kind {
        case invoke
        case ok
        case fail
        case info
    }

    private var builder = HistoryBuilder(clock: .events)
    private var words = LineWords()
    private var events: Int64 = 0
    private var key: KeyID?

    var history: History { builder.history }

    mutating func take(_ line: Range<Int>, of bytes: [UInt8]) throws(FormStop) {
        let span = bytes.span
        words.split(line, of: span)
        let words = words.words
        guard let level = words.first else { return }
        guard isLevel(level, span) else {
            throw unexpected(level, "a log line's level", bytes)
        }
        // Other parts of the test log too.
        guard words.count > 1, span.spells("jepsen.util", at: words[1]) else { return }
        guard words.count > 3, span.spells("-", at: words[2]) else {
            throw .fault(.truncated(inside: "a log line"), at: line.upperBound)
        }
        guard span.isWholeNumber(at: words[3]) else {
            // A keyword is no client: the nemesis.
            if span[words[3].lowerBound] == UInt8(ascii: ":") { return }
            throw unexpected(words[3], "a process", bytes)
        }
        guard words.count >= 7 else {
            throw .fault(.truncated(inside: "a log line"), at: line.upperBound)
        }
        let process = FormText.plain(words[3], bytes)
        switch try kind(words[4], bytes) {
        case .invoke: try invoke(process, bytes)
        case .ok: try complete(process, .ok, bytes)
        case .fail: try complete(process, .fail, bytes)
        case .info: try complete(process, .info, bytes)
        }
        events += 1
    }

    private mutating func invoke(_ process: String, _ bytes: [UInt8]) throws(FormStop) {
        let (function, value) = (words.words[5], words.words[6])
        let action: Action
        if bytes.span.spells(":read", at: function) {
            action = .read(nil)
        } else if bytes.span.spells(":write", at: function) {
            action = .write(try self.value(value, bytes))
        } else if bytes.span.spells(":cas", at: function) {
            let (from, to) = try pair(value, bytes)
            action = .compareAndSet(from: from, to: to, swapped: nil)
        } else {
            throw unknown(function, bytes)
        }
        let key = key ?? builder.key("")
        self.key = key
        do throws(HistoryBuilder.Problem) {
            try builder.invoke(process: process, key: key, action: action, at: events)
        } catch {
            throw .fault(.order(error), at: words.words[3].lowerBound)
        }
    }

    private mutating func complete(
        _ process: String,
        _ kind: Kind,
        _ bytes: [UInt8]
    ) throws(FormStop) {
        guard let asked = builder.openOperation(of: process) else {
            throw .fault(
                .order(.completionWithoutInvocation(process: process)),
                at: words.words[3].lowerBound
            )
        }
        let (outcome, action) = try answer(to: asked, process, kind, bytes)
        do throws(HistoryBuilder.Problem) {
            try builder.complete(process: process, outcome: outcome, action: action, at: events)
        } catch {
            throw .fault(.order(error), at: words.words[3].lowerBound)
        }
    }

    private mutating func answer(
        to asked: RecordedOperation,
        _ process: String,
        _ kind: Kind,
        _ bytes: [UInt8]
    ) throws(FormStop) -> (Outcome, Action?) {
        let (function, value) = (words.words[5], words.words[6])
        let span = bytes.span
        switch asked.action {
        case .read:
            guard span.spells(":read", at: function) else { throw another("read", process, bytes) }
            return kind == .ok ? (.ok, .read(try self.value(value, bytes))) : (.unknown, nil)
        case .compareAndSet(let from, let to, _):
            guard span.spells(":cas", at: function) else {
                throw another("compare and set", process, bytes)
            }
            if kind == .info || span.spells(":timed-out", at: value) { return (.unknown, nil) }
            return (.ok, .compareAndSet(from: from, to: to, swapped: kind == .ok))
        default:
            guard span.spells(":write", at: function) else {
                throw another("write", process, bytes)
            }
            if kind == .ok { return (.ok, nil) }
            let isKnown = kind == .fail && !span.spells(":timed-out", at: value)
            return (isKnown ? .failed : .unknown, nil)
        }
    }

    private func kind(_ word: Range<Int>, _ bytes: [UInt8]) throws(FormStop) -> Kind {
        let span = bytes.span
        if span.spells(":invoke", at: word) { return .invoke }
        if span.spells(":ok", at: word) { return .ok }
        if span.spells(":fail", at: word) { return .fail }
        if span.spells(":info", at: word) { return .info }
        throw unexpected(word, ":invoke, :ok, :fail or :info", bytes)
    }

    private mutating func value(
        _ word: Range<Int>,
        _ bytes: [UInt8]
    ) throws(FormStop) -> ValueID {
        if bytes.span.spells("nil", at: word) { return .absent }
        guard bytes.span.isWholeNumber(at: word) else {
            throw unexpected(word, "a number or nil", bytes)
        }
        return builder.value(FormText.plain(word, bytes))
    }

    /// The two values of `[1 2]`.
    private mutating func pair(
        _ word: Range<Int>,
        _ bytes: [UInt8]
    ) throws(FormStop) -> (ValueID, ValueID) {
        guard word.count > 2, bytes[word.lowerBound] == UInt8(ascii: "["),
            bytes[word.upperBound - 1] == UInt8(ascii: "]")
        else { throw unexpected(word, "a pair in brackets", bytes) }
        var parts = LineWords()
        parts.split(word.dropFirst().dropLast(), of: bytes.span)
        guard parts.words.count == 2 else { throw unexpected(word, "a pair in brackets", bytes) }
        return (try value(parts.words[0], bytes), try value(parts.words[1], bytes))
    }

    private func isLevel(_ word: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        bytes.spells("INFO", at: word) || bytes.spells("WARN", at: word)
            || bytes.spells("ERROR", at: word) || bytes.spells("DEBUG", at: word)
            || bytes.spells("TRACE", at: word)
    }

    private func unknown(_ word: Range<Int>, _ bytes: [UInt8]) -> FormStop {
        .fault(
            .unknownFunction(FormText.plain(word.prefix(40), bytes), subject: .register),
            at: word.lowerBound
        )
    }

    private func another(_ asked: String, _ process: String, _ bytes: [UInt8]) -> FormStop {
        let word = words.words[5]
        return .fault(
            .answersAnother(
                process: process,
                asked: asked,
                answered: FormText.plain(word.prefix(40), bytes)
            ),
            at: word.lowerBound
        )
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
