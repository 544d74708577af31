/// Reads Jepsen's operation maps, in EDN or in JSON.
///
/// Jepsen's rules: a failed operation did not happen; one of type info, or without a completion, may
/// happen at any time; the order in the file is the order of the events, as each process takes the
/// time itself before the event is put into the history.
struct JepsenHistoryReader<Reader: FormReader> {
    /// How far times may go back between processes: what a stall of one of them explains.
    static var greatestDisorder: Int64 { 1_000_000_000 }

    let subject: HistorySubject
    private var reader = Reader()
    private var builder = HistoryBuilder(clock: .events)
    private var meaning: JepsenMeaning
    private var times: [Int64] = []
    private var latest = Int64.min
    private var events: Int64 = 0

    private init(_ subject: HistorySubject, isKeyed: Bool?) {
        self.subject = subject
        meaning = JepsenMeaning(subject: subject, isKeyed: isKeyed)
    }

    static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        var reader = Self(subject, isKeyed: nil)
        if let history = try reader.read(&input) { return history }
        // What looked like pairs of key and value were values.
        try input.restart()
        reader = Self(subject, isKeyed: false)
        guard let history = try reader.read(&input) else {
            throw HistoryProblem(.unexpected(found: "another file", expected: "the same"))
        }
        return history
    }

    /// Nil when values were taken for pairs of key and value, and are not.
    private mutating func read(_ input: inout HistoryInput) throws(HistoryProblem) -> History? {
        while try input.nextForm(&reader) {
            do throws(FormStop) {
                guard try take(input.bytes) else { return nil }
            } catch {
                guard case .fault(let kind, let place) = error else { continue }
                throw input.problem(kind, at: place)
            }
        }
        var history = builder.history
        if times.count == Int(events) { history.nanoseconds = times }
        return history
    }

    private mutating func take(_ bytes: [UInt8]) throws(FormStop) -> Bool {
        let event = try JepsenEvent(reader.tree, bytes)
        guard let process = event.process else { return true }
        try checkTime(event, process)
        switch event.kind {
        case .invoke:
            guard
                let asked = try meaning.asked(event, reader.tree, bytes, &builder)
            else { return false }
            let time = events
            try order { builder throws(HistoryBuilder.Problem) in
                try builder.invoke(
                    process: process,
                    key: asked.key,
                    action: asked.action,
                    at: time
                )
            }
        case .ok:
            guard let asked = builder.openOperation(of: process) else {
                throw neverInvoked(process)
            }
            guard
                let answer = try meaning.answered(
                    event,
                    asked,
                    process,
                    reader.tree,
                    bytes,
                    &builder
                )
            else { return false }
            try complete(process, .ok, answer)
        case .fail: try complete(process, .failed, nil)
        case .info: try complete(process, .unknown, nil)
        }
        if let time = event.time, times.count == Int(events) { times.append(time) }
        events += 1
        return true
    }

    private mutating func complete(
        _ process: String,
        _ outcome: Outcome,
        _ action: Action?
    ) throws(FormStop) {
        let time = events
        try order { builder throws(HistoryBuilder.Problem) in
            try builder.complete(process: process, outcome: outcome, action: action, at: time)
        }
    }

    private mutating func order(
        _ body: (inout HistoryBuilder) throws(HistoryBuilder.Problem) -> Void
    ) throws(FormStop) {
        do throws(HistoryBuilder.Problem) {
            try body(&builder)
        } catch {
            throw .fault(.order(error), at: reader.tree.start(0))
        }
    }

    private func neverInvoked(_ process: String) -> FormStop {
        .fault(.order(.completionWithoutInvocation(process: process)), at: reader.tree.start(0))
    }

    private mutating func checkTime(_ event: JepsenEvent, _ process: String) throws(FormStop) {
        guard let time = event.time else { return }
        var earliest = latest == .min ? .min : latest - Self.greatestDisorder
        if event.kind != .invoke, times.count == Int(events),
            let asked = builder.openOperation(of: process)
        {
            earliest = max(earliest, times[Int(asked.invoked)])
        }
        guard time >= earliest else {
            let from = max(earliest, latest)
            throw .fault(
                .order(.timeGoesBackwards(from: from, to: time)),
                at: reader.tree.start(0)
            )
        }
        latest = max(latest, time)
    }
}
