import Experiments
import Testing

private let refusals = [
    Mistake(
        "a law that nobody knows",
        "workload: { kind: ycsb-a, keys: zipfan }",
        5,
        "workload.keys",
        "did you mean \"zipfian\"?"
    ),
    Mistake(
        "a law's parameter out of range",
        "workload: { kind: ycsb-a, keys: \"zipfian:-1\" }",
        5,
        "workload.keys"
    ),
    Mistake(
        "values that cannot say who wrote them",
        "workload: { kind: ycsb-a, valueBytes: 10 }",
        5,
        "workload.valueBytes",
        "10 bytes are too few: the audit tells each write by its value, which takes 26",
        "or measure with `ordeal load`"
    ),
    Mistake(
        "a range of values of which some cannot",
        "workload: { kind: ycsb-a, valueBytes: 8..1024 }",
        5,
        "workload.valueBytes",
        "8 bytes are too few"
    ),
    Mistake(
        "a value without end",
        "workload: { kind: ycsb-a, valueBytes: 1GB }",
        5,
        "workload.valueBytes",
        "out of range"
    ),
    Mistake(
        "values that are gone when the audit reads them",
        "workload: { kind: ycsb-a, measure: 10s, ttl: 30s }",
        5,
        "workload.ttl",
        "a value that expires before the audit has read it looks lost",
        "write `ttl: "
    ),
    Mistake(
        "a scan over a cluster",
        "workload: { kind: ycsb-e }",
        5,
        "workload.kind",
        "its keys lie in different slots",
        "keyPrefix: \"{all}:\""
    ),
    Mistake(
        "two requests in a history of single ones",
        "workload: { kind: ycsb-f, history: true }",
        5,
        "workload.history",
        "a read-modify-write of ycsb-f is two requests"
    ),
    Mistake(
        "commands that are not there",
        "workload: { kind: commands }",
        5,
        "workload.commands",
        "missing"
    ),
    Mistake(
        "commands beside another workload",
        "workload: { kind: ycsb-a, commands: [\"GET __key__\"] }",
        5,
        "workload.commands",
        "ycsb-a has requests of its own"
    ),
    Mistake(
        "a hole that nothing fills",
        "workload: { kind: commands, commands: [\"GET __key__\", \"GET __kee__\"] }",
        5,
        "workload.commands[1]",
        "there is nothing called __kee__"
    ),
    Mistake(
        "a command whose keys lie apart",
        "workload: { kind: commands, commands: [\"GET __key__\", \"MGET __key__ __key__\"] }",
        5,
        "workload.commands[1]",
        "its keys lie in different slots of the cluster"
    ),
    Mistake(
        "a history of commands",
        "workload: { kind: commands, commands: [\"GET __key__\"], history: true }",
        5,
        "workload.history",
        "nobody knows what the commands mean"
    ),
    Mistake(
        "names that clients share",
        "workload: { kind: register, keyPrefix: \"r:\" }",
        5,
        "workload.keyPrefix",
        "clients of register share their records, which all look alike"
    ),
    Mistake(
        "an arrival process that nobody knows",
        "workload: { kind: ycsb-a, load: { open: 100/s, arrivals: poison } }",
        5,
        "workload.load.arrivals",
        "did you mean \"poisson\"?"
    ),
    Mistake(
        "a ramp without a time",
        "workload: { kind: ycsb-a, load: { open: 100..200/s } }",
        5,
        "workload.load.open",
        "does not say over what time"
    ),
    Mistake(
        "recorded arrivals that are not there",
        "workload: { kind: ycsb-a, load: { recorded: nowhere.txt } }",
        5,
        "workload.load.recorded",
        "cannot read nowhere.txt"
    ),
    Mistake(
        "a schedule beside recorded arrivals",
        "workload: { kind: ycsb-a, load: { recorded: a.txt, open: 100/s } }",
        5,
        "workload.load",
        "says itself when requests are due"
    ),
    Mistake(
        "a drift without a unit",
        "workload: { kind: ycsb-a, drift: 0.1% }",
        5,
        "workload.drift",
        "0.1%/s"
    ),
]

@Suite struct WorkloadPlanTests {
    @Test(arguments: refusals)
    func `what no judge could tell is refused with its line, its key and the fix`(
        mistake: Mistake
    ) throws {
        let problem = try #require(throws: PlanProblem.self) {
            try Plan(file: "chaos/small.yaml", text: mistake.text)
        }
        #expect(problem.mark?.line == mistake.line, "\(problem)")
        #expect(problem.path == mistake.path, "\(problem)")
        for words in mistake.says {
            #expect(problem.description.contains(words), "\(problem)")
        }
    }

    @Test(arguments: [
        "kind: ycsb-a, keys: \"zipfian:0.9\", valueBytes: 26..1024",
        "kind: ycsb-b, keys: \"hotspot:0.2,operations=80%\", valueBytes: \"64:90,1024:10\"",
        "kind: ycsb-c, keyBytes: 20..40, keyPrefix: \"user:\", fill: random",
        "kind: ycsb-d, history: true", "kind: ycsb-e, keyPrefix: \"{all}:\"", "kind: ycsb-f",
        "kind: updates, drift: 0.1%/s, valueBytes: 1024..4KiB:zipfian",
        "kind: commands, commands: [\"GET __key__@9\", \"INCR n:__key__\"]",
        "kind: ycsb-a, load: { open: \"1000..8000/s:10s\" }",
        "kind: ycsb-a, load: { open: \"1000/s:5s,4000/s\", arrivals: poisson }",
        "kind: register, keys: zipfian, valueBytes: 100, drift: 1%/s",
        "kind: counter, valueBytes: 8", "kind: bank, valueBytes: 8", "kind: ycsb-a, ttl: 2h",
    ])
    func `what ordeal load can ask for, a plan can too`(workload: String) throws {
        let text = Mistake("none", "workload: { \(workload), measure: 10s }", 5, "").text
        #expect(try Plan(file: "chaos/small.yaml", text: text).cells.count == 1)
    }

    @Test func `a gate on what nobody judges is refused`() throws {
        func plan(_ workload: String, _ gate: String) -> String {
            "plan: p\nsystem: { kind: keel }\nworkload: { \(workload) }\ngates: { \(gate) }\n"
        }
        for (workload, gate) in [
            ("kind: commands, commands: [\"GET __key__\"]", "lostAcknowledgedWrites: 0"),
            ("kind: commands, commands: [\"GET __key__\"]", "linearizable: true"),
            ("kind: ycsb-f", "linearizable: true"),
        ] {
            let problem = try #require(throws: PlanProblem.self) {
                try Plan(file: "p.yaml", text: plan(workload, gate))
            }
            #expect(problem.mark?.line == 4 && problem.path.hasPrefix("gates."), "\(problem)")
            #expect(problem.description.contains("leave this gate out"))
        }
        let sound = plan("kind: commands, commands: [\"GET __key__\"]", "p99: \"<5ms\"")
        #expect(try Plan(file: "p.yaml", text: sound).cells.count == 1)
    }

    @Test func `every law of a matrix is a cell`() throws {
        let plan = try Plan(
            file: "p.yaml",
            text: """
                plan: laws
                system: { kind: keel }
                matrix: { keys: [uniform, "zipfian:0.9"], drift: [0%/s, 1%/s] }
                workload: { kind: updates, load: { open: 500/s, arrivals: poisson } }
                """
        )
        #expect(plan.cells.map(\.name)[2] == "keys=zipfian:0.9,drift=0%/s")
        #expect(plan.cells[0].workload.load.text == "open loop 500/s, poisson")
    }
}
