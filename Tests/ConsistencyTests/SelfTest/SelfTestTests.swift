import Consistency
import Testing

@Suite struct SelfTestTests {
    @Test func `the checkers agree with an oracle, and notice every mutation`() {
        let seed: UInt64 = 0x0b5e_55ed
        for line in SelfTest.lines(seed: seed, histories: 4000) {
            #expect(line.passed, "\(line.name), seed \(seed): \(line.failures)")
        }
    }
}
