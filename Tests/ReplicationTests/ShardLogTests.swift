import Replication
import Testing
import Topology

@Suite struct ShardLogTests {
    @Test func `an entry that nobody will ask for takes those in front of it along`() {
        var log = ShardLog()
        for _ in 0..<3 { log.append(LogEntry(term: Term(1), command: .noOperation)) }
        log.skip(term: Term(2))
        #expect(log.lastIndex == 4)
        #expect(log.last == LogPosition(term: Term(2), index: 4))
        #expect(log.term(at: 3) == nil)
        log.append(LogEntry(term: Term(3), command: .noOperation))
        #expect(log.last == LogPosition(term: Term(3), index: 5))
        #expect(log[5].term == Term(3))
    }
}
