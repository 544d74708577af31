import NIOCore
import StoreNode
import Testing

@Suite struct ReplyQueueTests {
    @Test func `replies leave in the order of their commands, whatever order they come in`() {
        for seed in UInt64(0)..<500 {
            var chance = seed &* 0x9E37_79B9_7F4A_7C15 | 1
            func draw(_ bound: UInt64) -> UInt64 {
                chance ^= chance << 13
                chance ^= chance >> 7
                chance ^= chance << 17
                return chance % bound
            }
            var queue = ReplyQueue(firstNumber: draw(1_000))
            var waiting: [(number: UInt64, command: Int)] = []
            var expected = ""
            for command in 0..<40 {
                expected += "<\(command)>"
                if draw(2) == 0 {
                    queue.append { $0.writeString("<\(command)>") }
                } else {
                    waiting.append((queue.appendWaiting(slot: 0, isRead: false), command))
                }
                while !waiting.isEmpty, draw(3) == 0 {
                    let chosen = waiting.remove(at: Int(draw(UInt64(waiting.count))))
                    queue.answer(chosen.number) { $0.writeString("<\(chosen.command)>") }
                }
                let sofar = String(buffer: queue.ready)
                #expect(expected.hasPrefix(sofar), "seed \(seed)")
            }
            for rest in waiting {
                queue.answer(rest.number) { $0.writeString("<\(rest.command)>") }
            }
            #expect(String(buffer: queue.ready) == expected, "seed \(seed)")
            #expect(queue.isSettled, "seed \(seed)")
        }
    }

    @Test func `an answer that nobody waits for is dropped`() {
        var queue = ReplyQueue(firstNumber: 7)
        queue.answer(3) { $0.writeString("stale") }
        queue.answer(7) { $0.writeString("early") }
        let number = queue.appendWaiting(slot: 0, isRead: false)
        queue.answer(number) { $0.writeString("once") }
        queue.answer(number) { $0.writeString("twice") }
        #expect(String(buffer: queue.ready) == "once")
    }

    @Test func `a read waits for writes to its slot alone, and a write for reads`() {
        var queue = ReplyQueue(firstNumber: 0)
        _ = queue.appendWaiting(slot: 1, isRead: false)
        _ = queue.appendWaiting(slot: 2, isRead: true)
        #expect(queue.mustWait(slot: 1, isRead: true))
        #expect(!queue.mustWait(slot: 1, isRead: false))
        #expect(queue.mustWait(slot: 2, isRead: false))
        #expect(queue.mustWait(slot: 2, isRead: true))
        #expect(!queue.mustWait(slot: 3, isRead: true))
        #expect(!queue.mustWait(slot: 3, isRead: false))
    }
}
