import Testing

@testable import LoadGeneration

@Suite struct OpenScheduleTests {
    @Test(arguments: [0.3, 1, 7, 999, 5000, 123_457])
    func `requests are due evenly, and counted without being taken`(rate: Double) {
        let (start, end): (Int64, Int64) = (1_000, 10_000_001_000)
        var schedule = OpenSchedule(
            start: start,
            end: end,
            operationsPerSecond: rate,
            phase: 0
        )
        let expected = schedule.remaining(from: start, to: end)
        var taken: [Int64] = []
        let middle: Int64 = 5_000_001_000
        let late = schedule.remaining(from: middle, to: end)
        while let due = schedule.take(dueBy: .max) { taken.append(due) }
        #expect(taken.count == expected)
        #expect(abs(Double(taken.count) - rate * 10) <= 1)
        #expect(schedule.nextDue == nil)
        #expect(late == taken.count { $0 >= middle })
    }

    @Test func `nothing is taken before it is due`() {
        var schedule = OpenSchedule(start: 100, end: 10_000, operationsPerSecond: 1e6, phase: 0.5)
        #expect(schedule.nextDue == 600)
        #expect(schedule.take(dueBy: 599) == nil)
        #expect(schedule.take(dueBy: 600) == 600)
        #expect(schedule.take(dueBy: 1599) == nil)
        #expect(schedule.take(dueBy: 5000) == 1600)
    }
}

@Suite struct RequestQueuesTests {
    @Test func `a ring keeps its order through growth`() {
        var queue = RequestQueue()
        var expected: [RequestID] = []
        for id in 0..<1000 {
            queue.append(RequestID(id))
            expected.append(RequestID(id))
            if id % 3 == 0 { #expect(queue.popFirst() == expected.removeFirst()) }
        }
        #expect(queue.count == expected.count)
        #expect((0..<queue.count).map { queue[$0] } == expected)
        while let id = queue.popFirst() { #expect(id == expected.removeFirst()) }
        #expect(expected.isEmpty && queue.isEmpty)
    }

    @Test func `one write of a key at a time, the others in order`() {
        var requests = RequestTable()
        var queues = KeyQueues(keyCount: 2)
        let ids = (0..<4).map { _ in requests.insert(Request()) }
        #expect(queues.begin(ids[0], position: 1, requests: &requests))
        #expect(!queues.begin(ids[1], position: 1, requests: &requests))
        #expect(!queues.begin(ids[2], position: 1, requests: &requests))
        #expect(queues.begin(ids[3], position: 0, requests: &requests))
        #expect(queues.end(position: 1, requests: &requests) == ids[1])
        #expect(queues.end(position: 1, requests: &requests) == ids[2])
        #expect(queues.end(position: 1, requests: &requests) == nil)
        #expect(queues.begin(ids[1], position: 1, requests: &requests))
    }

    @Test func `places of the table are used again`() {
        var requests = RequestTable()
        let first = requests.insert(Request())
        _ = requests.insert(Request())
        requests.remove(first)
        #expect(requests.insert(Request()) == first)
        #expect(requests.count == 2)
    }
}
