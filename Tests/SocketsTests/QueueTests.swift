import Testing

@testable import Sockets

@Suite struct QueueTests {
    @Test func `alarms ring in the order of their times, then of their setting`() {
        var queue = AlarmQueue()
        var rung: [Int] = []
        for (index, time) in [50, 10, 30, 10, 20, 50, 40].enumerated() {
            queue.insert(Int64(time)) { rung.append(index) }
        }
        #expect(queue.next == 10)
        let limit = queue.lastSerial
        queue.insert(5) { rung.append(99) }
        #expect(queue.take(dueBy: 60, upTo: limit) == nil, "set too late for this round")
        while let task = queue.take(dueBy: 45, upTo: .max) { task() }
        #expect(rung == [99, 1, 3, 4, 2, 6])
        #expect(queue.next == 50)
    }

    @Test func `bytes leave a queue in the order of their coming, whatever its size`() {
        var queue = ByteQueue()
        var sent: [UInt8] = []
        var received: [UInt8] = []
        var number: UInt8 = 0
        for round in 1..<200 {
            var piece: [UInt8] = []
            for _ in 0..<(round * 7 % 301) {
                piece.append(number)
                number &+= 1
            }
            queue.append(piece.span)
            sent += piece
            let taken = queue.count * (round % 4) / 3
            received += first(min(taken, queue.count), of: queue)
            queue.removeFirst(min(taken, queue.count))
        }
        received += first(queue.count, of: queue)
        #expect(received == sent)
        queue.removeAll()
        let rest = queue.count
        #expect(rest == 0)
    }

    private func first(_ count: Int, of queue: borrowing ByteQueue) -> [UInt8] {
        let bytes = queue.bytes
        return (0..<count).map { bytes[$0] }
    }
}
