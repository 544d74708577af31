internal import Clusters
public import Consistency
internal import Determinism
internal import Foundation
internal import LoadGeneration
internal import Report
internal import Statistics
internal import Workloads

/// Drives load at a server and says what it found.
public func measureLoad(_ options: LoadOptions) async -> ExitCode {
    let console = Console()
    do throws(CommandFailure) {
        let plan = try LoadPlan(options)
        Interruption.listen()
        let subject = try await LoadSubject.found(plan.target)
        try checkSlots(plan.workload.base, subject)
        let code = try await carryOut(plan, subject, options, console)
        return Interruption.isRequested ? .interrupted : code
    } catch {
        console.clear()
        printError("ordeal load: \(error.description)")
        return error.code
    }
}

/// A request for several keys is one request only where one node has them all.
private func checkSlots(
    _ workload: any Workload,
    _ subject: LoadSubject
) throws(CommandFailure) {
    guard subject.discovery == .clusterSlots, !workload.shape.sharesSlot else { return }
    let hasScans = workload.mix.shares.contains { $0.kind == .scan }
    guard hasScans || workload.commands.contains(where: \.hasSeveralKeys) else { return }
    throw CommandFailure(
        .usage,
        "\(hasScans ? "a scan is one MGET, and its" : "a command's") keys lie in different slots of a "
            + "cluster; write --key-prefix '{all}:', which puts every record into one slot"
    )
}

private func carryOut(
    _ plan: LoadPlan,
    _ subject: LoadSubject,
    _ options: LoadOptions,
    _ console: Console
) async throws(CommandFailure) -> ExitCode {
    if plan.phase == .load { return try await load(plan, subject, options, console) }
    let series = RateSeries(plan: plan, subject: subject, console: console)
    if let ladder = plan.ladder {
        let outcome = try await series.climb(ladder)
        try show(outcome, plan, options, console)
        let records = outcome.record.measurements
        guard records.allSatisfy(\.void.isEmpty) else { return .void }
        return records.flatMap(\.expectations).allSatisfy(\.isMet) ? .ok : .gateFailed
    }
    if !plan.findRate.isEmpty {
        let outcome = try await series.search(plan.findRate, from: plan.firstRate)
        try show(outcome, plan, options, console)
        return outcome.record.search?.highest == nil ? .gateFailed : .ok
    }
    let measurement = LoadMeasurement(plan: plan, subject: subject, console: console)
    var findings = try await measurement.run()
    findings.record.expectations = plan.expectations.map(findings.judged)
    let isTrusted = findings.record.void.isEmpty
    findings.record.void += findings.absences
    let record = findings.record
    console.clear()
    printOut(options.json ? try json(record) : record.text, terminator: "")
    try plan.files.write(findings)
    guard isTrusted else { return .void }
    // What was expected of a server that went away was missed all the same.
    guard record.expectations.allSatisfy(\.isMet) else { return .gateFailed }
    return record.void.isEmpty ? .ok : .void
}

private func show(
    _ outcome: RateSeries.Outcome,
    _ plan: LoadPlan,
    _ options: LoadOptions,
    _ console: Console
) throws(CommandFailure) {
    console.clear()
    guard !outcome.found.isEmpty else {
        throw CommandFailure(.interrupted, "interrupted before there was anything to show")
    }
    printOut(options.json ? try json(outcome.record) : outcome.record.text, terminator: "")
    try plan.files.write(outcome.record, outcome.found)
}

/// `--phase load`: the records are written, and nothing is measured.
private func load(
    _ plan: LoadPlan,
    _ subject: LoadSubject,
    _ options: LoadOptions,
    _ console: Console
) async throws(CommandFailure) -> ExitCode {
    let measurement = LoadMeasurement(plan: plan, subject: subject, console: console)
    let record = LoadingRecord(
        target: plan.target.text,
        server: subject.text,
        workload: plan.workloadText,
        clients: plan.clients,
        workers: plan.workers,
        seed: plan.seed.rawValue,
        loading: try await measurement.load()
    )
    console.clear()
    printOut(options.json ? try json(record) : record.text, terminator: "")
    // A run on records that are not there would measure something else.
    return record.loading.missing == 0 ? .ok : .void
}

private func json(_ record: some Encodable) throws(CommandFailure) -> String {
    do {
        return try LoadRecord.json(of: record)
    } catch {
        throw CommandFailure(.internal, "the result cannot be written as JSON: \(error)")
    }
}

/// What answers at the target.
struct LoadSubject {
    var discovery: Discovery
    var endpoints: [Address]
    var facts: ServerFacts

    /// `redis 7.0.15 standalone`.
    var text: String { "\(facts.version ?? "a server") \(facts.mode.rawValue)" }

    /// The server's process, where it is on this machine.
    var localProcess: Int? {
        let isLocal =
            endpoints.count == 1
            && ["127.0.0.1", "::1", "localhost"].contains(endpoints[0].host)
        guard isLocal, case .fixed = discovery else { return nil }
        return facts.process
    }

    /// Asks the target what it is.
    static func found(_ target: LoadTarget) async throws(CommandFailure) -> Self {
        do {
            let inquiry = try await Inquiry(target.access)
            if case .sentinels(let name) = target.kind {
                let primary = try await inquiry.primary(name, by: target.endpoints)
                return Self(
                    discovery: .sentinel(primary: name),
                    endpoints: target.endpoints,
                    facts: try await inquiry.facts(of: primary)
                )
            }
            let facts = try await inquiry.facts(of: target.endpoints[0])
            switch facts.mode {
            case .cluster:
                return Self(discovery: .clusterSlots, endpoints: target.endpoints, facts: facts)
            case .standalone:
                return Self(discovery: .fixed, endpoints: [target.endpoints[0]], facts: facts)
            case .sentinel:
                throw CommandFailure(
                    .usage,
                    "\(target.endpoints[0]) is a sentinel; \(LoadTarget.examples)"
                )
            }
        } catch let problem as InquiryProblem {
            throw CommandFailure(.void, problem.description)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.internal, "\(error)")
        }
    }
}
