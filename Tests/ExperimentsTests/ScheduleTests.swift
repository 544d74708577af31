import Consistency
import Experiments
import Testing

@Suite struct ScheduleTests {
    private func plan(seed: UInt64? = nil) throws -> Plan {
        try Plan(file: "plan.yaml", text: PlanTests.whole, seed: seed)
    }

    @Test func `trials come in whole rounds, and one round shares a seed`() throws {
        let schedule = try Schedule(plan())
        #expect(schedule.trials.count == 12)
        #expect(schedule.trials.map(\.number) == Array(1...12))
        #expect(schedule.trials.map(\.repetition) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
        #expect(Set(schedule.trials.prefix(6).map(\.seed)).count == 1)
        #expect(schedule.trials[0].seed != schedule.trials[6].seed)
    }

    @Test func `a seed gives one schedule, another seed another`() throws {
        let first = try Schedule(plan()).encoded()
        #expect(try Schedule(plan()).encoded() == first)
        #expect(try Schedule(plan(seed: 8)).encoded() != first)
    }

    @Test func `a cell is chosen by its name or by a part of it`() throws {
        #expect(try Schedule(plan(), only: "synchronous").trials.count == 8)
        let exact = try Schedule(plan(), only: "placement=ring,replication=quorum")
        #expect(
            exact.trials.map(\.cell.name)
                == Array(repeating: "placement=ring,replication=quorum", count: 2)
        )
    }

    @Test(arguments: ["placement=rign,replication=quorum", "", "raft"])
    func `a cell that is not there is refused with those that are`(name: String) throws {
        let failure = try #require(throws: CommandFailure.self) {
            try Schedule(plan(), only: name)
        }
        #expect(failure.code == .usage)
        #expect(failure.description.contains("placement=modulo,replication=synchronous"))
        if name.hasPrefix("placement") {
            #expect(
                failure.description.contains("did you mean \"placement=ring,replication=quorum\"")
            )
        }
    }

    @Test func `the estimate covers every trial's measurement`() throws {
        let estimate = try Schedule(plan()).estimate
        #expect(estimate > .seconds(12 * 23))
        #expect(estimate < .seconds(12 * 40))
    }

    @Test func `the schedule names every fault with its time`() throws {
        let text = String(decoding: try Schedule(plan()).encoded(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 12 * 3)
        #expect(
            lines[1]
                == #"{"action":"fault","at":5,"fault":"machine-crash","restartAfterSeconds":5,"target":"node-2","trial":1}"#
        )
    }
}
