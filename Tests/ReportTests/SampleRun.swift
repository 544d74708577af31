import Consistency
import Histories
import Report

/// A run as a real one looks, drawn from a small generator of its own.
struct SampleRun {
    private var state: UInt64

    init(seed: UInt64 = 7) {
        state = seed
    }

    private mutating func chance() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / Double(1 << 24)
    }

    static func record(repeats: Int = 1) -> RunRecord {
        var sample = SampleRun()
        var record = RunRecord(
            id: "20260920T020000Z-quick-3f9c",
            plan: "quick",
            seed: 7,
            status: .complete,
            startedAt: "2026-09-20T02:00:00Z",
            endedAt: "2026-09-20T02:00:58Z",
            reproduce: "ordeal run chaos/quick.yaml --seed 7",
            provenance: Provenance(
                toolVersion: "ordeal 0.1.0",
                gitCommit: "57b8e2b",
                arguments: ["ordeal", "run", "chaos/quick.yaml"],
                system: "keel 0.1.0",
                fabric: "namespaces",
                configurationHash: "9c41f0aa12",
                host: "bench-1",
                cpuModel: "AMD EPYC 7B13",
                cores: 2,
                memoryBytes: 24_696_061_952,
                kernel: "6.18.0",
                machineSteal: 0.004,
                fsyncCost: 0.000_31
            )
        )
        for mode in ["asynchronous", "synchronous", "quorum"] {
            let parameters = [
                CellRecord.Parameter(name: "placement", value: "ring"),
                CellRecord.Parameter(name: "replication", value: mode),
            ]
            let trials = (0..<repeats).map { sample.trial(mode, number: $0) }
            record.cells.append(
                CellRecord(name: "ring \(mode)", parameters: parameters, trials: trials)
            )
        }
        record.verdict = .combined(record.cells.map(\.summary.verdict))
        record.exitCode = ExitCode(verdict: record.verdict ?? .valid, gatesPassed: true).rawValue
        record.notes = ["Every client and every node shared two cores."]
        return record
    }

    /// The same run with a broken promise, a failed gate and a cell that proves nothing.
    static func broken() -> RunRecord {
        var record = record(repeats: 2)
        record.cells = record.cells.enumerated().map { index, cell in
            var trials = cell.trials
            if index == 1 {
                let reason = "64 acknowledged writes were lost although the promise covers them"
                trials[0].verdict = .invalid([reason, "key 5 <script>: write 3"])
                trials[0].ledger = record.cells[0].trials[0].ledger
                trials[0].ledger?.lostOutsidePromise = 0
                trials[0].ledger?.lostAgainstPromise = 64
                trials[1].gates[0].passed = false
            }
            if index == 2 {
                trials[1].verdict = .unknown(["partition left no evidence that it bit"])
            }
            return CellRecord(name: cell.name, parameters: cell.parameters, trials: trials)
        }
        record.verdict = .combined(record.cells.map(\.summary.verdict))
        record.exitCode = 1
        return record
    }

    /// Three placements by the cells of the broken run.
    static func matrix() -> RunRecord {
        var record = broken()
        let cells = record.cells
        record.cells = ["modulo", "ring", "rendezvous"].flatMap { placement in
            cells.map { cell in
                var parameters = cell.parameters
                parameters[0].value = placement
                return CellRecord(name: cell.name, parameters: parameters, trials: cell.trials)
            }
        }
        return record
    }

    mutating func trial(_ mode: String, number: Int) -> TrialRecord {
        let slow = mode == "asynchronous" ? 1.0 : mode == "quorum" ? 1.6 : 2.1
        var trial = TrialRecord(
            seed: 7 + UInt64(number),
            directory: "trials/\(number + 1)-\(mode)",
            duration: 20,
            verdict: .valid
        )
        trial.offered = 4000
        trial.phases = [
            .init(name: "warm-up", start: -2, end: 0), .init(name: "measure", start: 0, end: 20),
            .init(name: "converge", start: 20, end: 21.2),
            .init(name: "audit", start: 21.2, end: 23),
        ]
        trial.timeline = (-20..<204).map { bucket($0, slow: slow) }
        let counts = trial.timeline
        trial.operations = OperationCounts(
            ok: counts.reduce(0) { $0 + $1.ok },
            failed: counts.reduce(0) { $0 + $1.failed },
            unknown: counts.reduce(0) { $0 + $1.unknown }
        )
        trial.throughput = Double(trial.operations.ok) / 20
        trial.latency = LatencySummary(
            count: trial.operations.ok,
            p50: 0.000_42 * slow,
            p99: 0.0091 * slow,
            p999: 0.412,
            max: 0.704 + 0.02 * chance()
        )
        trial.serviceTime = LatencySummary(
            count: trial.operations.ok,
            p50: 0.000_31 * slow,
            p99: 0.0042 * slow,
            p999: 0.2,
            max: 0.6
        )
        trial.faults = faults
        trial.ledger = ledger(mode)
        trial.availability = availability
        trial.generator = GeneratorHealth(
            sendLagP99: 0.000_21,
            sendLagMax: 0.0031,
            busiestCore: 0.42,
            cpuPerOperation: 0.000_009_1,
            workers: 2
        )
        trial.checks = [
            .init(name: "proof", verdict: .valid, notes: []),
            .init(name: "ledger", verdict: .valid, notes: []),
            .init(name: "availability", verdict: .valid, notes: []),
        ]
        trial.balance = BalanceRecord(
            nodes: (1...3).map { node in
                .init(node: node, weight: 1, operations: node * 10_000, bytes: 1 << 20)
            },
            seconds: 20,
            operationsPeak: 1.5,
            bytesPeak: 1
        )
        trial.movement = MovementRecord(
            shards: 44,
            leastShards: 40,
            bytes: 1_100_000,
            leastBytes: 1_000_000
        )
        trial.gates = [.init(name: "longestOutage", limit: "<3s", actual: "613 ms", passed: true)]
        trial.notes = ["machine-crash: the page cache survives, since all nodes share one host."]
        return trial
    }

    private var faults: [FaultRecord] {
        [
            FaultRecord(
                fault: "machine-crash",
                target: "primary",
                resolvedTarget: "node 3",
                nodes: [3],
                scheduledAt: 5,
                appliedAt: 5.002,
                healedAt: 10.004,
                evidence: [.init(name: "packets dropped", value: "312")],
                outcome: .healed
            ),
            FaultRecord(
                fault: "partition",
                target: "primary",
                resolvedTarget: "isolate node 1 with clients 2",
                nodes: [1],
                scheduledAt: 12,
                appliedAt: 12.001,
                healedAt: 16.003,
                evidence: [.init(name: "packets dropped", value: "5,210")],
                outcome: .healed
            ),
        ]
    }

    private var availability: AvailabilityAccount {
        AvailabilityAccount(
            probes: 5,
            samples: 5000,
            successes: 0.991,
            worstOutage: .init(initialPrimary: 3, start: 4.99, end: 5.603),
            faults: [
                .init(
                    fault: 0,
                    name: "machine-crash of node 3",
                    firstFreshSuccess: 0.601,
                    worstOutage: 0.613,
                    stuckTail: 0.702,
                    timeToNinetyPercent: 0.6,
                    rateBefore: 3990,
                    requests: .init(failed: 17, unknown: 23, late: 1904)
                ),
                .init(
                    fault: 1,
                    name: "isolation of node 1",
                    firstFreshSuccess: 0.42,
                    worstOutage: 0.44,
                    stuckTail: 2.0,
                    timeToNinetyPercent: nil,
                    rateBefore: 3985
                ),
            ]
        )
    }

    private static func fates(lost: Int) -> [FateAccount] {
        WriteFate.allCases.map { fate in
            let isShown = fate != .deleteUndone && fate != .duplicateApplied
            var account = FateAccount(fate, isShown: isShown)
            switch fate {
            case .survived: account.count = 38_940 - lost
            case .unacknowledgedPresent: account.count = 41
            case .unacknowledgedAbsent: account.count = 12
            case .lost where lost > 0:
                account.count = lost
                account.keys = lost
                account.bytes = lost * 100
                account.perMillion = Double(lost) / 38_940 * 1e6
                account.from = 11.98
                account.until = 12.24
                account.follows = [
                    .init(
                        fault: 1,
                        name: "isolation of node 1",
                        count: lost,
                        leastLag: 0.003,
                        greatestLag: 0.239
                    )
                ]
            default: break
            }
            return account
        }
    }

    private mutating func ledger(_ mode: String) -> LedgerAccount {
        var ledger = LedgerAccount()
        ledger.keys = 18_211
        ledger.acknowledged = 38_940
        ledger.unknownPresent = 41
        ledger.unknownAbsent = 12
        ledger.fates = Self.fates(lost: mode == "asynchronous" ? 64 : 0)
        guard mode == "asynchronous" else {
            ledger.survived = ledger.acknowledged
            return ledger
        }
        ledger.losses = (0..<64).map { index in
            let at = 11.98 + 0.26 * Double(index) / 64
            let join = FaultJoin(
                fault: 1,
                name: "isolation of node 1",
                relation: at < 12.001 ? .before : .during,
                lag: abs(at - 12.001)
            )
            return Loss(
                key: 100 + Int(chance() * 90_000),
                survivor: index % 3 == 0 ? nil : 2,
                firstLost: 3,
                lastLost: 3,
                count: 1,
                firstAcknowledgedAt: at,
                acknowledgedAt: at,
                follows: join,
                judgement: .outsidePromise,
                explanation: "in the last 1.000 s of its term"
            )
        }
        ledger.lost = 64
        ledger.lostKeys = 64
        ledger.lostOutsidePromise = 64
        ledger.survived = ledger.acknowledged - 64
        return ledger
    }

    /// A hundred milliseconds: quiet, or within one of the two outages.
    private mutating func bucket(_ index: Int, slow: Double) -> TimelineBucket {
        let start = Double(index) / 10
        let crash = (50..<56).contains(index)
        let cut = (120..<124).contains(index)
        let isolated = (124..<160).contains(index)
        var latencies: [Double] = []
        let base = crash ? 140 : cut ? 190 : isolated ? 330 : 400
        let count = base + Int(chance() * 14)
        for _ in 0..<count {
            let luck = chance()
            var latency = 0.000_25 * slow * (1 + 0.9 * luck + 0.08 / max(0.004, 1 - luck))
            if index == 56 || index == 124, chance() < 0.5 { latency += 0.6 * chance() }
            if chance() < 0.004 { latency += 0.02 * chance() }
            latencies.append(latency)
        }
        latencies.sort()
        var counts = [Int](repeating: 0, count: LatencyBand.count)
        for latency in latencies {
            counts[LatencyBand(nanoseconds: Int64(latency * 1e9)).index] += 1
        }
        return TimelineBucket(
            start: start,
            ok: count,
            failed: crash ? 40 + Int(chance() * 20) : 0,
            unknown: cut ? 18 : isolated && index % 5 == 0 ? 6 : 0,
            p50: latencies[count / 2],
            p99: latencies[count * 99 / 100],
            max: latencies.last,
            density: counts.indices.filter { counts[$0] > 0 }.map {
                .init(band: LatencyBand(index: $0), count: counts[$0])
            }
        )
    }
}
