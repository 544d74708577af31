import Coordination
import Testing
import Topology

/// What a coordinator does with a map that it found.
@Suite struct TakeoverTests {
    private static let detectors = ["fixed-timeout", "phi-accrual(8,10ms)", "adaptive(60ms)"]

    @Test(arguments: detectors)
    func `nodes that take a while to find a new coordinator are not judged dead`(
        detector: String
    ) throws {
        let takeover = try HeardCluster(detector: detector)
        takeover.run(300, hearing: [])
        takeover.run(600, hearing: [2, 3])
        takeover.run(2_000, hearing: [1, 2, 3])
        #expect(takeover.map.epoch == Epoch(7), "nothing failed, nothing to change")
    }

    @Test(arguments: detectors)
    func `a primary that is gone when a coordinator takes over is replaced once it had its time`(
        detector: String
    ) throws {
        let takeover = try HeardCluster(detector: detector)
        takeover.run(200, hearing: [2, 3])
        #expect(takeover.primary == NodeID(1))
        takeover.run(1_300, hearing: [2, 3])
        #expect(takeover.primary == NodeID(2))
    }

    @Test func `a silence counts from who was heard last, and not while nobody listened`()
        throws
    {
        let takeover = try HeardCluster(detector: "fixed-timeout")
        takeover.run(500, hearing: [1])
        takeover.run(1_500, hearing: [])
        #expect(takeover.core.silence < CoordinatorCore.silenceLimit)
        takeover.standStill(60_000)
        takeover.run(100, hearing: [])
        #expect(takeover.core.silence < CoordinatorCore.silenceLimit)
        takeover.run(600, hearing: [])
        #expect(takeover.core.silence >= CoordinatorCore.silenceLimit)
        takeover.run(100, hearing: [3])
        #expect(takeover.core.silence < 100 * HeardCluster.millisecond)
    }

    @Test(arguments: detectors)
    func `whoever was heard by the new coordinator fails as quickly as ever`(
        detector: String
    ) throws {
        let takeover = try HeardCluster(detector: detector)
        takeover.run(200, hearing: [1, 2, 3])
        takeover.run(500, hearing: [2, 3])
        #expect(takeover.primary == NodeID(2))
    }
}
