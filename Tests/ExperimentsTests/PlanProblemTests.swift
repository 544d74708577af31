import Experiments
import Testing

/// A plan with one mistake, and what the error must name.
struct Mistake: Sendable, CustomTestStringConvertible {
    var what: String
    /// Takes the place of the good plan's line with the same first word, or is added.
    var replacement: String
    var line: Int
    var path: String
    var says: [String]

    init(_ what: String, _ replacement: String, _ line: Int, _ path: String, _ says: String...) {
        self.what = what
        self.replacement = replacement
        self.line = line
        self.path = path
        self.says = says
    }

    var testDescription: String { what }

    var text: String {
        var plan = [
            "plan: small",
            "seed: 1",
            "system: { kind: keel, nodes: 5, replicas: 3 }",
            "matrix: { replication: [quorum] }",
            "workload: { kind: ycsb-a, measure: 10s }",
            "faults: [{ at: 1s, fault: pause, target: primary, for: 1s }]",
            "gates: { p99: \"<50ms\" }",
        ]
        let word = replacement.prefix { $0 != ":" }
        if let index = plan.firstIndex(where: { $0.hasPrefix("\(word):") }) {
            plan[index] = replacement
        } else {
            plan.append(replacement)
        }
        return plan.joined(separator: "\n") + "\n"
    }
}

private let mistakes = [
    Mistake(
        "weights that the placement cannot honour",
        "system: { kind: keel, nodes: 3, placement: jump, weights: [1, 2, 4] }",
        3,
        "system.placement",
        "jump treats all nodes alike: it takes no weights",
        "ring, bounded-ring, rendezvous, maglev"
    ),
    Mistake(
        "weights for other nodes than there are",
        "system: { kind: keel, nodes: 3, weights: [1, 2] }",
        3,
        "system.weights",
        "2 weights for 3 nodes"
    ),
    Mistake(
        "a weight of nothing",
        "system: { kind: keel, nodes: 2, weights: [1, 0] }",
        3,
        "system.weights[1]",
        "expected a weight"
    ),
    Mistake(
        "zones for other nodes than there are",
        "system: { kind: keel, nodes: 3, zones: [1, 1, 2, 2] }",
        3,
        "system.zones",
        "4 zones for 3 nodes"
    ),
    Mistake(
        "an unknown key",
        "system: { kind: keel, nodes: 5, replicsa: 3 }",
        3,
        "system.replicsa",
        "unknown key \"replicsa\"",
        "did you mean \"replicas\"?"
    ),
    Mistake(
        "an unknown key at the top",
        "worklaod: { kind: ycsb-a }",
        8,
        "worklaod",
        "did you mean \"workload\"?"
    ),
    Mistake(
        "a key given twice",
        "system: { kind: keel, nodes: 5, nodes: 3 }",
        3,
        "",
        "\"nodes\" is given twice",
        ":3:33:"
    ),
    Mistake(
        "a text for a number",
        "system: { kind: keel, nodes: five }",
        3,
        "system.nodes",
        "expected a whole number, found \"five\"",
        "write 1 to 64"
    ),
    Mistake(
        "a number out of range",
        "system: { kind: keel, nodes: 0 }",
        3,
        "system.nodes",
        "0 is out of range",
        "write 1 to 64"
    ),
    Mistake(
        "a list for a block",
        "system: [keel]",
        3,
        "system",
        "expected a block of keys, found a list"
    ),
    Mistake(
        "more replicas than nodes",
        "system: { kind: keel, nodes: 5, replicas: 6 }",
        3,
        "system.replicas",
        "6 replicas need 6 nodes, and there are 5"
    ),
    Mistake(
        "more replicas than nodes in one cell",
        "matrix: { replicas: [3, 5], nodes: [5, 3] }",
        4,
        "matrix.replicas[1]",
        "5 replicas need 5 nodes, and there are 3",
        "(cell replicas=5,nodes=3)"
    ),
    Mistake(
        "a value of the matrix that the plan does not allow",
        "matrix: { replication: [quorum], nodes: [5, 2] }",
        4,
        "matrix.nodes[1]",
        "system.replicas: 3 replicas need 3 nodes, and there are 2",
        "(cell replication=quorum,nodes=2)",
        ":4:45:"
    ),
    Mistake(
        "a restart that nobody would see",
        "faults: [{ at: 1s, fault: process-crash, target: primary, restartAfter: 40s }]",
        6,
        "faults[0]",
        "restarts at 41s, when measurement and convergence are over",
        "of 39s or less"
    ),
    Mistake(
        "a gate that only what is worse would pass",
        "gates: { p99: \">50ms\" }",
        7,
        "gates.p99",
        "of p99, less is better",
        "write `\"<50ms\"`"
    ),
    Mistake(
        "a gate on a rate from above",
        "gates: { throughput: \"<4000/s\" }",
        7,
        "gates.throughput",
        "of throughput, more is better"
    ),
    Mistake(
        "a gate without a direction",
        "gates: { p99: 50ms }",
        7,
        "gates.p99",
        "does not say whether more or less passes"
    ),
    Mistake(
        "a duration beyond all ranges",
        "workload: { kind: ycsb-a, measure: 99999999999s }",
        5,
        "workload.measure",
        "99999999999s is out of range"
    ),
    Mistake(
        "an unknown mode in the matrix",
        "matrix: { replication: [quorum, synchronus] }",
        4,
        "matrix.replication[1]",
        "did you mean \"synchronous\"?"
    ),
    Mistake(
        "shards that are not a power of two",
        "system: { kind: keel, shards: 100 }",
        3,
        "system.shards",
        "64 or 128"
    ),
    Mistake(
        "a node that does not exist",
        "faults: [{ at: 1s, fault: pause, target: { node: 9 }, for: 1s }]",
        6,
        "faults[0].target.node",
        "no node 9 among 5"
    ),
    Mistake(
        "a node that joins too late",
        "faults: [{ at: 1s, fault: pause, target: { node: 6 } }, { at: 2s, fault: node-join }]",
        6,
        "faults[0].target.node",
        "no node 6 among 5"
    ),
    Mistake(
        "a node that has left",
        "faults: [{ at: 2s, fault: pause, target: { node: 2 } }, "
            + "{ at: 1s, fault: node-leave, target: { node: 2 } }]",
        6,
        "faults[0].target.node",
        "node-2 has left by then: it leaves at 1s",
        "name a node that stays"
    ),
    Mistake(
        "fewer nodes than copies",
        "faults: [{ at: 1s, fault: node-leave, target: { node: 1 } }, { at: 2s, fault: node-leave, "
            + "target: primary }, { at: 3s, fault: node-leave, target: random }]",
        6,
        "faults[2]",
        "3 replicas need 3 nodes, and 2 would be left",
        "let a node join before"
    ),
    Mistake(
        "a leave of nobody",
        "faults: [{ at: 1s, fault: node-leave }]",
        6,
        "faults[0].target",
        "missing",
        "add `target: primary`"
    ),
    Mistake(
        "a coordinator that is to leave",
        "faults: [{ at: 1s, fault: node-leave, target: coordinator }]",
        6,
        "faults[0]",
        "the coordinator holds no shards"
    ),
    Mistake(
        "a target for a node that joins",
        "faults: [{ at: 1s, fault: node-join, target: { node: 6 } }]",
        6,
        "faults[0].target",
        "node-join takes no \"target\""
    ),
    Mistake(
        "an unknown fault",
        "faults: [{ at: 1s, fault: machine-crush, target: primary }]",
        6,
        "faults[0].fault",
        "did you mean \"machine-crash\"?"
    ),
    Mistake(
        "a key of another fault",
        "faults: [{ at: 1s, fault: pause, target: primary, shape: isolate }]",
        6,
        "faults[0].shape",
        "pause takes no \"shape\"",
        "its keys: at, fault, target, for"
    ),
    Mistake(
        "a fault after the end",
        "faults: [{ at: 10s, fault: pause, target: primary, for: 1s }]",
        6,
        "faults[0]",
        "when the measurement of 10s is over"
    ),
    Mistake(
        "a duration without a unit",
        "faults: [{ at: 1, fault: pause, target: primary }]",
        6,
        "faults[0].at",
        "expected a duration, found \"1\"",
        "5s, 250ms or 1m"
    ),
    Mistake(
        "a rate without a unit",
        "workload: { kind: ycsb-a, load: { open: 4000 } }",
        5,
        "workload.load.open",
        "\"4000\" is no rate",
        "20000/s"
    ),
    Mistake(
        "an unknown gate",
        "gates: { longestOutrage: \"<3s\" }",
        7,
        "gates.longestOutrage",
        "did you mean \"longestOutage\"?"
    ),
    Mistake(
        "a gate in another unit",
        "gates: { p99: \"<50\" }",
        7,
        "gates.p99",
        "expected a bound, found \"<50\"",
        "<50ms"
    ),
    Mistake(
        "a name that no folder can have",
        "plan: ../../etc",
        1,
        "plan",
        "cannot name a folder"
    ),
    Mistake(
        "a value tried twice",
        "matrix: { replication: [quorum, quorum] }",
        4,
        "matrix.replication[1]",
        "quorum is tried twice"
    ),
]

@Suite struct PlanProblemTests {
    @Test(arguments: mistakes)
    func `a mistake is refused with its line, its key and the fix`(mistake: Mistake) throws {
        let problem = try #require(throws: PlanProblem.self) {
            try Plan(file: "chaos/small.yaml", text: mistake.text)
        }
        #expect(problem.mark?.line == mistake.line, "\(problem)")
        #expect(problem.path == mistake.path, "\(problem)")
        #expect(problem.description.hasPrefix("chaos/small.yaml:\(mistake.line):"))
        for words in mistake.says {
            #expect(problem.description.contains(words), "\(problem)")
        }
    }

    @Test func `the plan that the mistakes are made in has none itself`() throws {
        let text = Mistake("none", "seed: 1", 0, "").text
        #expect(try Plan(file: "chaos/small.yaml", text: text).cells.count == 1)
    }

    @Test(arguments: [
        "a: [1, 2\nb: 3", "\tplan: x", "plan: \u{0}", "a: b: c", "*nobody", "%", "&a",
    ])
    func `a file that is not YAML is refused with its place`(text: String) {
        #expect(throws: PlanProblem.self) { try Plan(file: "chaos/broken.yaml", text: text) }
    }

    @Test(arguments: ["", "   \n", "# nothing here\n", "just words", "- a\n- b", "3", "null"])
    func `a file without a plan is refused`(text: String) {
        #expect(throws: PlanProblem.self) { try Plan(file: "chaos/empty.yaml", text: text) }
    }

    @Test func `a complaint shows the line with a mark under the place`() throws {
        let problem = try #require(throws: PlanProblem.self) {
            try Plan(file: "p.yaml", text: "plan: x\nsystem: { kind: kel }\nworkload: { kind: y }")
        }
        #expect(
            problem.description == """
                p.yaml:2:17: system.kind: unknown name "kel"
                  2 | system: { kind: kel }
                    |                 ^
                  did you mean "keel"? known names: keel
                """
        )
    }
}
