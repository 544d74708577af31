import Consistency
import Histories
import Testing

/// Each checker of a trial with what it must see, and with what it must not take for it.
@Suite struct TrialCheckerTests {
    static func evidence(
        readings: [KeyReading] = [],
        copyReadings: [CopyReading] = [],
        convergence: Convergence? = nil,
        reigns: [PrimaryReign]? = nil,
        deaths: [ProcessDeath]? = nil,
        logs: LogSearch? = nil
    ) -> TrialEvidence {
        TrialEvidence(
            measurementStart: 1_000_000_000,
            measurementEnd: 9_000_000_000,
            readings: readings,
            copyReadings: copyReadings,
            convergence: convergence,
            reigns: reigns,
            deaths: deaths,
            logs: logs
        )
    }

    // Convergence.

    static func convergence(
        after: Double? = 0.4,
        keys: Int = 5,
        unread: Int = 0,
        isMapComplete: Bool = true
    ) -> Convergence {
        Convergence(
            bound: 2,
            settledAfter: after,
            keys: keys,
            copies: keys * 3,
            unreadCopies: unread,
            isMapComplete: isMapComplete
        )
    }

    @Test func `replicas that are equal in time converge`() {
        let finding = ConvergenceChecker().check(Self.evidence(convergence: Self.convergence()))
        #expect(finding.verdict == .valid)
        #expect(finding.seen == "15 copies of 5 keys, equal 0.400 s after the heal")
        #expect(!ConvergenceChecker().applies(to: Self.evidence()))
    }

    @Test func `replicas that still differ at the end of the time do not converge`() {
        let owned = KeyReading(
            key: 7,
            shard: 1,
            copies: [1, 2].map { node in
                let value = CopyValue.stamped(WriteStamp(writer: 0, sequence: UInt32(node)))
                return KeyReading.Copy(node: node, isPrimary: node == 1, value: value)
            }
        )
        let shared = CopyReading(
            key: "k",
            shard: 2,
            copies: [1, 2].map { node in
                let content = CopyReading.Content.held(digest: UInt64(node), text: "v\(node)")
                return CopyReading.Copy(node: node, isPrimary: node == 1, content: content)
            }
        )
        let finding = ConvergenceChecker().check(
            Self.evidence(
                readings: [owned],
                copyReadings: [shared],
                convergence: Self.convergence(after: nil)
            )
        )
        #expect(
            finding.verdict
                == .invalid([
                    "the replicas of 2 keys still differed 2.000 s after everything was healed",
                    "key 7: node 1: write 1, node 2: write 2", "key k: node 1: v1, node 2: v2",
                ])
        )
    }

    @Test func `what could not be read in time proves nothing`() {
        for convergence in [
            Self.convergence(after: nil, unread: 2), Self.convergence(after: nil),
            Self.convergence(isMapComplete: false), Self.convergence(keys: 0),
            Self.convergence(after: 2.5),
        ] {
            let finding = ConvergenceChecker().check(Self.evidence(convergence: convergence))
            #expect(finding.verdict.name == "unknown", "\(convergence)")
        }
    }

    // Single primary.

    static func reign(
        _ term: UInt64,
        _ node: Int,
        boot: UInt64? = nil,
        _ witness: PrimaryReign.Witness = .map,
        at: Double = 2
    ) -> PrimaryReign {
        PrimaryReign(
            shard: 3,
            term: term,
            node: node,
            boot: boot,
            witness: witness,
            at: Int64(at * 1e9)
        )
    }

    @Test func `one primary a term is as it should be, whoever says so`() {
        let finding = SinglePrimaryChecker().check(
            Self.evidence(reigns: [
                Self.reign(1, 1, boot: 11), Self.reign(1, 1, .node), Self.reign(2, 2, boot: 22),
                Self.reign(3, 1, boot: 12), Self.reign(1, 1, boot: 11),
            ])
        )
        #expect(finding.verdict == .valid && finding.seen == "3 terms of 1 shards")
    }

    @Test func `two primaries in one term are named with the shard and the term`() {
        let finding = SinglePrimaryChecker().check(
            Self.evidence(reigns: [
                Self.reign(1, 1, boot: 11), Self.reign(2, 2, boot: 22),
                Self.reign(2, 1, .node, at: 3),
            ])
        )
        #expect(
            finding.verdict
                == .invalid([
                    "shard 3 had 2 primaries in term 2: node 2 (says the map at 1.000 s, boot 22) "
                        + "and node 1 (says the node itself at 2.000 s)"
                ])
        )
    }

    @Test func `a process that was started again is not the primary that it was`() {
        let finding = SinglePrimaryChecker().check(
            Self.evidence(reigns: [Self.reign(1, 1, boot: 11), Self.reign(1, 1, boot: 12)])
        )
        #expect(finding.verdict.name == "invalid")
    }

    @Test func `where nobody was named nothing is proven`() {
        #expect(
            SinglePrimaryChecker().check(Self.evidence(reigns: [])).verdict.name == "unknown"
        )
        #expect(!SinglePrimaryChecker().applies(to: Self.evidence()))
    }

    @Test func `a map's history tells its primaries and its terms`() {
        var history = MapHistory()
        for (epoch, term, primary) in [(UInt64(1), UInt64(1), Int?(1)), (4, 1, nil), (7, 2, 2)] {
            let entry = MapHistory.Entry(
                at: Int64(epoch),
                term: term,
                epoch: epoch,
                primary: primary,
                boot: 5,
                inSync: [1, 2],
                copies: [:]
            )
            history.append(entry, shard: 9)
        }
        #expect(history.reigns.map(\.term) == [1, 2] && history.reigns.map(\.node) == [1, 2])
        #expect(history.term(of: 9, inEpoch: 5) == 1 && history.term(of: 9, inEpoch: 8) == 2)
        #expect(history.term(of: 9, inEpoch: 0) == nil && history.term(of: 8, inEpoch: 5) == nil)
    }

    // Deaths.

    static func death(_ ending: ProcessDeath.Ending) -> ProcessDeath {
        ProcessDeath(
            process: "node-2",
            ending: ending,
            at: 3_500_000_000,
            log: ["before", "Fatal error: Index out of range"]
        )
    }

    @Test(arguments: [4, 5, 6, 7, 8, 11, 31])
    func `a store that crashes breaks its word`(signal: Int) {
        let finding = ProcessDeathChecker().check(
            Self.evidence(deaths: [Self.death(.signalled(signal))])
        )
        guard case .invalid(let reasons) = finding.verdict, let reason = reasons.first else {
            Issue.record("\(finding.verdict)")
            return
        }
        #expect(reason.hasPrefix("node-2 was ended by signal \(signal) (SIG"))
        #expect(reason.contains("at 2.500 s, and no fault had asked it to: Fatal error: Index"))
        #expect(reason.hasSuffix("\n  | before"))
    }

    @Test(arguments: [
        ProcessDeath.Ending.signalled(9), .signalled(15), .exited(code: 0), .exited(code: 1),
    ])
    func `an end that may be somebody else's doing voids the trial`(ending: ProcessDeath.Ending) {
        let finding = ProcessDeathChecker().check(Self.evidence(deaths: [Self.death(ending)]))
        #expect(finding.verdict.name == "void")
        let both = ProcessDeathChecker().check(
            Self.evidence(deaths: [Self.death(ending), Self.death(.signalled(11))])
        )
        #expect(both.verdict.name == "invalid" && both.notes.count == 1)
    }

    @Test func `nobody died`() {
        #expect(ProcessDeathChecker().check(Self.evidence(deaths: [])).verdict == .valid)
    }

    // Logs.

    @Test(arguments: [
        "Keel/Table.swift:12: Fatal error: Unexpectedly found nil", "panic: runtime error",
        "thread 'main' panicked at src/main.rs:4", "==77==ERROR: AddressSanitizer: heap-use",
        "a.c:7: main: Assertion `x' failed.", "SIGSEGV: segmentation violation", "STACK TRACE:",
    ])
    func `what only a program in trouble writes is found`(line: String) {
        #expect(PanicPatterns().match(line.utf8) != nil)
    }

    @Test(arguments: [
        "ready node=1 address=127.0.0.1:7001", "fatal", "don't panic", "assertion passed", "",
    ])
    func `ordinary lines are not taken for it`(line: String) {
        #expect(PanicPatterns().match(line.utf8) == nil)
    }

    @Test func `a panic in a log is told with its place`() {
        var search = LogSearch()
        search.files = 2
        search.lines = 40
        #expect(NodeLogChecker().check(Self.evidence(logs: search)).verdict == .valid)
        search.unread = ["nodes/node-3.err.log"]
        #expect(NodeLogChecker().check(Self.evidence(logs: search)).verdict.name == "unknown")
        search.panics = (1...7).map { line in
            PanicLine(file: "nodes/node-1.err.log", line: line, text: "panic: x", pattern: "panic:")
        }
        let finding = NodeLogChecker().check(Self.evidence(logs: search))
        guard case .invalid(let reasons) = finding.verdict else {
            Issue.record("\(finding.verdict)")
            return
        }
        #expect(reasons.first == "nodes/node-1.err.log, line 1 (\"panic:\"): panic: x")
        #expect(reasons.count == 6 && reasons.last == "and 2 more lines")
        #expect(!NodeLogChecker().applies(to: Self.evidence()))
    }
}
