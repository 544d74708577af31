import Coordination
import Testing
import Topology

@Suite struct FailureDetectorTests {
    @Test func `silence of the whole timeout is a failure, and a heartbeat ends it`() {
        var detector = FixedTimeoutDetector(at: Instant(nanoseconds: 0))
        let timeout = FixedTimeoutDetector.timeout
        #expect(!detector.suspects(at: Instant(nanoseconds: timeout - 1)))
        #expect(detector.suspects(at: Instant(nanoseconds: timeout)))
        detector.heartbeat(at: Instant(nanoseconds: timeout))
        #expect(!detector.suspects(at: Instant(nanoseconds: 2 * timeout - 1)))
    }
}
