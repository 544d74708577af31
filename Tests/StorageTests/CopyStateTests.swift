import Storage
import Testing
import Topology

@Suite struct CopyStateTests {
    private func state(_ durability: Durability, isClosed: Bool = false) -> CopyState {
        CopyState(copy: CopyID(7), durability: durability, kernelBoot: "one", isClosed: isClosed)
    }

    @Test("a state comes back as it was, and no other bytes pass for one")
    func roundTrip() {
        for durability in Durability.allCases {
            let state = state(durability, isClosed: durability == .logAlways)
            let bytes = state.encoded()
            #expect(CopyState(encoded: bytes) == state)
            for length in 0..<bytes.count {
                #expect(CopyState(encoded: Array(bytes[..<length])) == nil)
            }
            #expect(CopyState(encoded: bytes + [0]) == nil)
        }
    }

    @Test("a copy stays the same exactly where nothing can have been lost")
    func continuity() {
        func decide(
            _ stored: CopyState?,
            _ durability: Durability,
            kernelBoot: String = "one"
        ) -> Bool {
            CopyContinuity.decide(stored: stored, durability: durability, kernelBoot: kernelBoot)
                == .same(CopyID(7))
        }
        #expect(!decide(nil, .logAlways))
        #expect(!decide(state(.memory), .memory))
        #expect(!decide(state(.logAlways), .memory))
        #expect(!decide(state(.memory), .logAlways))
        #expect(decide(state(.logAlways), .logAlways))
        #expect(decide(state(.logAlways), .logAlways, kernelBoot: "two"))
        #expect(decide(state(.logEverySecond), .logEverySecond))
        #expect(!decide(state(.logEverySecond), .logEverySecond, kernelBoot: "two"))
        #expect(!decide(state(.logEverySecond), .logAlways, kernelBoot: "two"))
        #expect(
            decide(state(.logEverySecond, isClosed: true), .logEverySecond, kernelBoot: "two")
        )
    }
}
