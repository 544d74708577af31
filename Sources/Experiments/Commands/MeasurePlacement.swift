public import Consistency
internal import Report
internal import Synchronization
internal import Topology

/// Measures placement schemes side by side: balance, movement, sets of nodes, speed and memory.
public func measurePlacement(_ options: PlacementOptions) async -> ExitCode {
    let console = Console()
    do throws(CommandFailure) {
        if let file = options.htmlFile { try checkPlace(file, of: "--html") }
        let record = try await measured(options, console)
        if let file = options.htmlFile { try writePage(record, to: file) }
        printOut(options.json ? try json(record) : record.text, terminator: "")
        if let file = options.htmlFile { console.line("chart: \(file)") }
        return .ok
    } catch {
        console.clear()
        printError("ordeal placement: \(error.description)")
        return error.code
    }
}

private func measured(
    _ options: PlacementOptions,
    _ console: Console
) async throws(CommandFailure) -> PlacementRecord {
    var record = PlacementRecord(
        keys: options.keys,
        replicas: options.replicas,
        churn: options.churn.description,
        weights: options.weights,
        zones: options.zones
    )
    var subjects: [PlacementSubject] = []
    for nodes in options.nodes {
        try checkRoom(options, nodes)
        for type in placementSchemes where options.schemes.contains(type.name) {
            console.live("building \(type.name), \(nodes) nodes")
            do throws(PlacementError) {
                subjects.append(try PlacementSubject(type, nodes: nodes, options: options))
            } catch {
                record.refusals.append(
                    .init(scheme: type.name, nodes: nodes, reason: error.sentence)
                )
            }
        }
    }
    let rows = await study(subjects, options, console)
    record.rows = rows.compactMap { $0 }
    console.clear()
    return record
}

private func checkRoom(_ options: PlacementOptions, _ nodes: Int) throws(CommandFailure) {
    let left = options.changes(nodes).count { change in
        if case .remove = change { true } else { false }
    }
    guard nodes - left < options.replicas else { return }
    let why =
        nodes < options.replicas
        ? "there are \(nodes)" : "of \(nodes) only \(nodes - left) are left after \(options.churn)"
    throw CommandFailure(
        .usage,
        "\(options.replicas) replicas need \(options.replicas) nodes, and \(why)"
    )
}

/// All subjects on all cores, the costliest first; a study waits for nothing but the processor.
private func study(
    _ subjects: [PlacementSubject],
    _ options: PlacementOptions,
    _ console: Console
) async -> [PlacementRecord.Row?] {
    let order = subjects.indices.sorted {
        subjects[$0].cost(keys: options.keys) > subjects[$1].cost(keys: options.keys)
    }
    let total = subjects.reduce(0) { $0 + $1.cost(keys: options.keys) }
    let progress = PlacementProgress(console: console, total: total)
    let turns = StudyTurns(order)
    await withTaskGroup(of: Void.self) { group in
        for _ in 0..<max(1, Machine.current().cores ?? 1) {
            group.addTask {
                while let index = turns.next() {
                    turns.finish(index, study(subjects[index], options, progress))
                }
            }
        }
    }
    return turns.rows
}

/// Who is studied next, and what came of those that were.
private final class StudyTurns: Sendable {
    private let state: Mutex<(waiting: [Int], rows: [PlacementRecord.Row?])>

    init(_ order: [Int]) {
        let rows = [PlacementRecord.Row?](repeating: nil, count: order.count)
        state = Mutex((order.reversed(), rows))
    }

    func next() -> Int? { state.withLock { $0.waiting.popLast() } }

    func finish(_ index: Int, _ row: PlacementRecord.Row?) {
        state.withLock { $0.rows[index] = row }
    }

    var rows: [PlacementRecord.Row?] { state.withLock { $0.rows } }
}

private func study(
    _ subject: PlacementSubject,
    _ options: PlacementOptions,
    _ progress: PlacementProgress
) -> PlacementRecord.Row? {
    guard
        var study = try? PlacementStudy(
            before: subject.before,
            after: subject.after,
            keys: options.keys,
            replicas: options.replicas
        )
    else { return nil }
    let name = subject.type.name
    progress.begin(name)
    defer { progress.end(name) }
    while !study.isComplete {
        let placed = study.placed
        study.advance()
        progress.add(subject.cost(keys: study.placed - placed))
    }
    return study.result.map(subject.row)
}

private func json(_ record: PlacementRecord) throws(CommandFailure) -> String {
    do { return try record.json() } catch { throw CommandFailure(.internal, "\(error)") }
}

private func writePage(_ record: PlacementRecord, to file: String) throws(CommandFailure) {
    try put(try rendered { try PlacementPage(record).render() }, into: file)
}
