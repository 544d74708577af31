import Consistency
import Foundation
import Report
import Testing

/// What the tests of whole runs forgive a machine that holds the load generator up.
@Suite struct LatenessTests {
    private static let late = Verdict.void([
        "the generator sent 4.3 % of the requests more than 50ms late"
    ])

    private func code(
        _ verdict: Verdict,
        checks: [Verdict] = [.valid],
        gates: [Bool?] = []
    ) throws -> Int32? {
        let results = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: results) }
        var record = TrialRecord(seed: 3, directory: "", duration: 1, verdict: verdict)
        record.checks = checks.map { .init(name: "check", verdict: $0, notes: []) }
        record.gates = gates.map { .init(name: "gate", limit: "<1s", actual: nil, passed: $0) }
        let trial = "\(results)/runs/one/trials/0001-single"
        try FileManager.default.createDirectory(atPath: trial, withIntermediateDirectories: true)
        try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: "\(trial)/trial.json"))
        return try Aftermath(results: results).codeButForLateness
    }

    @Test func `a late trial is what its checks and gates say`() throws {
        #expect(try code(Self.late) == 0)
        #expect(try code(Self.late, checks: [.valid, .invalid(["lost"])]) == 1)
        #expect(try code(Self.late, gates: [true, false]) == 2)
        #expect(try code(Self.late, checks: [.valid, .unknown(["unread"])]) == 3)
        #expect(try code(Self.late, gates: [nil]) == 3)
        #expect(try code(Self.late, checks: []) == 3)
    }

    @Test func `nothing else is forgiven`() throws {
        #expect(try code(.valid) == nil)
        #expect(try code(.invalid(["lost"])) == nil)
        #expect(try code(.unknown(["unread"])) == nil)
        #expect(try code(.void(["no load worker left a result"])) == nil)
        #expect(try code(.void(Self.late.reasons + ["no load worker left a result"])) == nil)
    }
}
