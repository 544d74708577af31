import Consistency
import Foundation
import Report
import Testing

/// What is forgiven a machine that holds the load generator up: here, and in `.ci/real-run`.
@Suite struct LatenessTests {
    private static let late = Verdict.void(["late"])

    private func withTrial(
        _ verdict: Verdict,
        butForLateness: Verdict?,
        gates: [Bool?],
        _ body: (_ results: String) throws -> Void
    ) throws {
        let results = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: results) }
        var record = TrialRecord(seed: 3, directory: "", duration: 1, verdict: verdict)
        record.verdictButForLateness = butForLateness
        record.gates = gates.map { .init(name: "gate", limit: "<1s", actual: nil, passed: $0) }
        let trial = "\(results)/runs/one/trials/0001-single"
        try FileManager.default.createDirectory(atPath: trial, withIntermediateDirectories: true)
        try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: "\(trial)/trial.json"))
        try body(results)
    }

    private func code(
        _ verdict: Verdict,
        butForLateness: Verdict? = nil,
        gates: [Bool?] = []
    ) throws -> Int32? {
        var code: Int32?
        try withTrial(verdict, butForLateness: butForLateness, gates: gates) { results in
            code = try Aftermath(results: results).codeButForLateness
        }
        return code
    }

    @Test func `a late trial is what its checks and gates say`() throws {
        #expect(try code(Self.late, butForLateness: .valid) == 0)
        #expect(try code(Self.late, butForLateness: .valid, gates: [true, false]) == 2)
        #expect(try code(Self.late, butForLateness: .unknown(["unread"])) == 3)
    }

    @Test func `nothing else is forgiven`() throws {
        #expect(try code(.valid) == nil)
        #expect(try code(.invalid(["lost"])) == nil)
        #expect(try code(.unknown(["unread"])) == nil)
        #expect(try code(.void(["no load worker left a result"])) == nil)
    }

    /// What `.ci/real-run` ends with, and how often it carried out a run that ends with `code`.
    private func realRun(
        _ verdict: Verdict,
        code: Int32 = 4,
        butForLateness: Verdict? = nil,
        gates: [Bool?] = []
    ) throws -> [Int32] {
        var outcome: [Int32] = []
        try withTrial(verdict, butForLateness: butForLateness, gates: gates) { results in
            let count = "\(results)/count"
            let run = "echo >> \(count); echo report: \(results)/runs/one/report.html; exit \(code)"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "\(Command.checkout)/.ci/real-run")
            process.arguments = ["sh", "-c", run]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            let times = try String(contentsOfFile: count, encoding: .utf8).count
            outcome = [process.terminationStatus, Int32(times)]
        }
        return outcome
    }

    @Test func `a late run is repeated, and then its checks decide`() throws {
        #expect(try realRun(.valid, code: 0) == [0, 1])
        #expect(try realRun(Self.late, butForLateness: .valid) == [0, 3])
        #expect(try realRun(Self.late, butForLateness: .valid, gates: [true]) == [0, 3])
        #expect(try realRun(Self.late, butForLateness: .valid, gates: [nil]) == [4, 1])
        #expect(try realRun(Self.late, butForLateness: .unknown(["unread"])) == [4, 1])
        #expect(try realRun(.void(["no load worker left a result"])) == [4, 1])
        #expect(try realRun(.invalid(["lost"]), code: 1) == [1, 1])
    }
}
