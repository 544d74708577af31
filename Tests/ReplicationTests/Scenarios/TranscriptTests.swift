import Coordination
import Foundation
import Replication
import Testing
import Topology

/// The main scenarios, told line by line: whatever changes in what the cores do shows as a difference.
///
/// `make transcripts` writes the files anew; read the difference before it is committed.
@Suite struct TranscriptTests {
    static let scenarios: [(name: String, tell: @Sendable () throws -> [String])] = [
        ("process-crash", processCrash), ("isolation", isolation),
        ("coordinator-outage", coordinatorOutage), ("chain-tail-crash", chainTailCrash),
        ("degrade-and-return", degradeAndReturn), ("full-copy", fullCopy),
    ]

    @Test(arguments: scenarios.indices)
    func `a main scenario goes as its transcript says`(index: Int) throws {
        let scenario = Self.scenarios[index]
        let told = try scenario.tell().joined(separator: "\n") + "\n"
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Transcripts/\(scenario.name).txt")
        if ProcessInfo.processInfo.environment["ORDEAL_WRITE_TRANSCRIPTS"] == "1" {
            try Data(told.utf8).write(to: file)
            return
        }
        let known = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let difference = zip(told.split(separator: "\n"), known.split(separator: "\n"))
            .first { $0 != $1 }
        #expect(
            told == known,
            "\(scenario.name): \(difference.map { "\($0) instead of \($1)" } ?? "its length")"
        )
    }

    @Test func `a transcript is the same every time`() throws {
        for scenario in Self.scenarios {
            #expect(try scenario.tell() == scenario.tell(), "\(scenario.name)")
        }
    }

    private static func processCrash() throws -> [String] {
        let scene = ScenarioCluster(QuorumReplication())
        let transcript = Transcript(scene.cluster)
        let old = try scene.primary
        transcript.say("a client writes: \(told(scene.ask(scene.set("one"), of: old)))")
        transcript.say("the process of \(old) ends")
        scene.cluster.crash(old)
        scene.cluster.run(for: 600_000_000)
        let heir = try scene.primary
        transcript.say("a client writes: \(told(scene.ask(scene.set("two"), of: heir)))")
        transcript.say("\(old) starts again")
        scene.cluster.start(old)
        scene.cluster.run(for: 300_000_000)
        transcript.say("\(old) holds \(scene.held(by: old) ?? "nothing")")
        return transcript.lines
    }

    private static func isolation() throws -> [String] {
        let scene = ScenarioCluster(SynchronousReplication())
        let transcript = Transcript(scene.cluster)
        let old = try scene.primary
        transcript.say("\(old) is cut off from everybody but its clients")
        scene.cut([old.value], [0] + (try scene.backups).map(\.value))
        let late = scene.begin(scene.set("late"), of: old)
        scene.cluster.run(for: 900_000_000)
        let heir = try scene.primary
        transcript.say("what was written to \(old): \(told(late.value))")
        transcript.say("a client writes to \(heir): \(told(scene.ask(scene.set("new"), of: heir)))")
        transcript.say("a client reads from \(old): \(told(scene.ask(scene.get, of: old)))")
        transcript.say("every link is there again")
        scene.cluster.cuts = []
        scene.cluster.run(for: 900_000_000)
        transcript.say("\(old) holds \(scene.held(by: old) ?? "nothing")")
        return transcript.lines
    }

    private static func coordinatorOutage() throws -> [String] {
        let scene = ScenarioCluster(SynchronousReplication())
        let transcript = Transcript(scene.cluster)
        let primary = try scene.primary
        transcript.say("the coordinator ends")
        scene.cluster.crashCoordinator()
        transcript.say("a client writes: \(told(scene.ask(scene.set("one"), of: primary)))")
        transcript.say("the process of \(primary) ends; nobody can say who reigns next")
        scene.cluster.crash(primary)
        scene.cluster.run(for: 500_000_000)
        transcript.say("the coordinator is there again")
        scene.cluster.startCoordinator()
        scene.cluster.run(for: 900_000_000)
        let heir = try scene.primary
        transcript.say("a client reads: \(told(scene.ask(scene.get, of: heir)))")
        return transcript.lines
    }

    private static func chainTailCrash() throws -> [String] {
        let scene = ScenarioCluster(ChainReplication())
        let transcript = Transcript(scene.cluster)
        let (head, tail) = (try scene.primary, try #require(try scene.backups.last))
        transcript.say("a client writes: \(told(scene.ask(scene.set("one"), of: head)))")
        transcript.say("the process of \(tail), the tail, ends")
        scene.cluster.crash(tail)
        let write = scene.begin(scene.set("two"), of: head)
        scene.cluster.run(for: 900_000_000)
        transcript.say("what was written meanwhile: \(told(write.value))")
        transcript.say("\(tail) starts again")
        scene.cluster.start(tail)
        scene.cluster.run(for: 600_000_000)
        transcript.say("a client reads: \(told(scene.ask(scene.get, of: head)))")
        return transcript.lines
    }

    private static func degradeAndReturn() throws -> [String] {
        let scene = ScenarioCluster(SemiSynchronousReplication(backups: 1, degrades: true))
        let transcript = Transcript(scene.cluster)
        let (primary, backups) = (try scene.primary, try scene.backups)
        transcript.say("both backups end")
        for backup in backups { scene.cluster.crash(backup) }
        let write = scene.begin(scene.set("alone"), of: primary)
        scene.cluster.run(for: 700_000_000)
        transcript.say("what was written meanwhile: \(told(write.value))")
        transcript.say("both start again")
        for backup in backups { scene.cluster.start(backup) }
        scene.cluster.run(for: 2_500_000_000)
        transcript.say("\(backups[0]) holds \(scene.held(by: backups[0]) ?? "nothing")")
        return transcript.lines
    }

    private static func fullCopy() throws -> [String] {
        var timing = Timing()
        timing.retainedEntries = 4
        timing.copyChunkBytes = 64
        let scene = ScenarioCluster(QuorumReplication(), timing: timing)
        let transcript = Transcript(scene.cluster)
        let (primary, backup) = (try scene.primary, try scene.backups[0])
        transcript.say("the process of \(backup) ends")
        scene.cluster.crash(backup)
        for number in 1...12 {
            _ = scene.ask(scene.set("value-\(number)"), of: primary, for: 20_000_000)
        }
        transcript.say("\(backup) starts again; the log does not go back that far any more")
        scene.cluster.start(backup)
        scene.cluster.run(for: 400_000_000)
        transcript.say("\(backup) holds \(scene.held(by: backup) ?? "nothing")")
        return transcript.lines
    }

    private static func told(_ outcome: VirtualCluster.RequestOutcome?) -> String {
        switch outcome {
        case nil: "no answer yet"
        case .reply(.value(let record)): String(decoding: record.value, as: UTF8.self)
        case .reply(let reply): "\(reply)"
        case .refused(let refusal): "refused, \(refusal)"
        case .unknown: "the connection closes"
        }
    }
}
