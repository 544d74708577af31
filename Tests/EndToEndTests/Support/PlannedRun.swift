import Consistency
import Foundation
import Report
import Testing

/// Carries a plan out, and hands over what came of it.
///
/// A machine that holds the load generator up voids a trial, whose figures then say nothing; what was
/// checked in it still does. The plan is carried out up to three times; the third time a trial that is
/// void for lateness alone comes with the exit code that its checks and gates amount to.
func withRun(of text: String, _ body: (Command, Aftermath) throws -> Void) throws {
    for attempt in 1...3 {
        var isVoid = false
        try withPlan(text) { plan, results in
            var command = try Command.run("run", plan, "--results", results, "--json")
            let aftermath = Aftermath(results: results)
            isVoid = command.code == ExitCode.void.rawValue && attempt < 3
            if let code = try aftermath.codeButForLateness { command.code = code }
            if !isVoid { try body(command, aftermath) }
            #expect(aftermath.processes.isEmpty)
        }
        if !isVoid { return }
    }
}

/// Carries the plan out with a store that acknowledges before it replicates, and hands over the first
/// run that is found out.
///
/// Whether a cut catches a write that somebody sees is chance: one of three seeds must show it.
func withHastyRun(
    of text: String,
    where isFoundOut: (Command) throws -> Bool = {
        $0.code == ExitCode.correctnessViolation.rawValue
    },
    _ body: (Command, Aftermath) throws -> Void
) throws {
    let hasty = "kind: keel, binary: \(Command.folder)/keel-hasty,"
    let plan = text.replacing("kind: keel,", with: hasty)
    var isFound = false
    for seed in 3...5 where !isFound {
        try withRun(of: plan.replacing("seed: 3", with: "seed: \(seed)")) { command, aftermath in
            guard try isFoundOut(command) else { return }
            isFound = true
            try body(command, aftermath)
        }
    }
    #expect(isFound)
}

extension Aftermath {
    /// nil unless a trial is void, and because its generator was late, and for nothing else.
    var codeButForLateness: Int32? {
        get throws {
            let trials = try trialRecords
            guard trials.contains(where: { $0.verdictButForLateness != nil }) else { return nil }
            let verdict = Verdict.combined(trials.map { $0.verdictButForLateness ?? $0.verdict })
            let gates = trials.flatMap(\.gates).compactMap(\.passed)
            let code = ExitCode(verdict: verdict, gatesPassed: gates.allSatisfy { $0 })
            return Int32(code.rawValue)
        }
    }

    private var trialRecords: [TrialRecord] {
        get throws {
            guard let run else { return [] }
            let names = try? FileManager.default.contentsOfDirectory(atPath: "\(run)/trials")
            return try (names ?? []).sorted().compactMap { name in
                let file = "\(run)/trials/\(name)/trial.json"
                guard let data = FileManager.default.contents(atPath: file) else { return nil }
                return try JSONDecoder().decode(TrialRecord.self, from: data)
            }
        }
    }
}
