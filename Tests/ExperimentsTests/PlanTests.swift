import Experiments
import Faults
import Testing
import Topology

@Suite struct PlanTests {
    static let whole = """
        plan: failover-matrix
        seed: 7
        repeat: 2
        system: { kind: keel, nodes: 5, replicas: 3, shards: 256, durability: log-everysec }
        matrix:
          placement: [modulo, ring]
          replication: [asynchronous, synchronous, quorum]
        workload:
          kind: ycsb-a
          records: 100_000
          valueBytes: 100
          clients: 32
          load: { open: 4000/s }
          warmup: 3s
          measure: 20s
        faults:
          - { at: 12s, fault: partition, shape: isolate, target: primary, with: clients, for: 4s }
          - { at: 5s, fault: machine-crash, target: { node: 2 }, restartAfter: 5s }
        gates: { lostAcknowledgedWrites: 0, longestOutage: "<3s", p99: "< 50ms", throughput: ">=1000/s" }
        convergence: 1m
        """

    @Test func `a whole plan is read as it is written`() throws {
        let plan = try Plan(file: "plan.yaml", text: Self.whole)
        #expect(plan.name == "failover-matrix")
        #expect(plan.seed == 7)
        #expect(plan.repetitions == 2)
        #expect(plan.convergenceBound == .seconds(60))
        #expect(plan.source == Self.whole)
        let cell = try #require(plan.cells.first)
        #expect(cell.system.nodes == 5)
        #expect(cell.system.durability == "log-everysec")
        #expect(cell.workload.records == 100_000)
        #expect(cell.workload.load.text == "open loop 4000/s")
        #expect(cell.workload.warmup == .seconds(3))
        #expect(cell.faults.map { type(of: $0.fault).name } == ["machine-crash", "partition"])
        #expect(cell.faults[0].fault.target == .node(NodeID(2)))
        #expect(cell.faults[0].fault.healsAfter == .seconds(5))
        #expect(cell.faults[1].fault.target == .primary)
        #expect(cell.faults[1].fields.withClients)
        #expect(
            cell.gates.map(\.text) == [
                "lostAcknowledgedWrites <= 0", "longestOutage < 3s", "p99 < 50ms",
                "throughput >= 1000/s",
            ]
        )
    }

    @Test func `a matrix names its cells in the plan's order, the last axis fastest`() throws {
        let plan = try Plan(file: "plan.yaml", text: Self.whole)
        #expect(
            plan.cells.map(\.name) == [
                "placement=modulo,replication=asynchronous",
                "placement=modulo,replication=synchronous",
                "placement=modulo,replication=quorum",
                "placement=ring,replication=asynchronous",
                "placement=ring,replication=synchronous",
                "placement=ring,replication=quorum",
            ]
        )
        #expect(plan.cells[4].system.placement == "ring")
        #expect(plan.cells[4].system.replication == "synchronous")
    }

    @Test func `any scalar of the system and the workload may be an axis`() throws {
        let plan = try Plan(
            file: "plan.yaml",
            text: """
                plan: sizes
                system: { kind: keel }
                matrix: { valueBytes: [100, 1000], load: [closed, { open: 100/s }], nodes: [3, 5] }
                workload: { kind: ycsb-b }
                """
        )
        #expect(plan.cells.count == 8)
        #expect(plan.cells[3].name == "valueBytes=100,load=open:100/s,nodes=5")
        #expect(plan.cells[3].workload.load.text == "open loop 100/s")
        #expect(plan.cells[4].workload.valueBytes == 1000)
    }

    @Test func `a plan without a matrix has one cell`() throws {
        let plan = try Plan(
            file: "p.yaml",
            text: "plan: one\nsystem: { kind: keel }\nworkload: { kind: ycsb-c }\n"
        )
        #expect(plan.cells.map(\.name) == ["single"])
    }

    @Test func `the command line's seed takes the place of the plan's`() throws {
        #expect(try Plan(file: "plan.yaml", text: Self.whole, seed: 11).seed == 11)
    }

    @Test(arguments: [
        "quick", "quick-loopback", "matrix", "soak-logged", "soak-asynchronous",
    ])
    func `every plan that comes with the project can be read`(name: String) throws {
        let file = "\(chaosFolder)/\(name).yaml"
        let text = try #require(textFile(file))
        let plan = try Plan(file: file, text: text)
        #expect(plan.name == name)
        #expect(!plan.cells.isEmpty)
    }
}
