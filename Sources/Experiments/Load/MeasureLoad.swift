internal import Clusters
public import Consistency
internal import Foundation
internal import LoadGeneration
internal import Report

/// Drives load at a server and says what it found.
public func measureLoad(_ options: LoadOptions) async -> ExitCode {
    let console = Console()
    do throws(CommandFailure) {
        let plan = try LoadPlan(options)
        Interruption.listen()
        let subject = try await LoadSubject.found(plan.target)
        let record = try await LoadMeasurement(plan: plan, subject: subject, console: console).run()
        console.clear()
        printOut(options.json ? try json(record) : record.text, terminator: "")
        if Interruption.isRequested { return .interrupted }
        if !record.void.isEmpty { return .void }
        return record.expectations.allSatisfy(\.isMet) ? .ok : .gateFailed
    } catch {
        console.clear()
        printError("ordeal load: \(error.description)")
        return error.code
    }
}

private func json(_ record: LoadRecord) throws(CommandFailure) -> String {
    do {
        return try record.json()
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
