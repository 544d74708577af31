import Storage
import Testing
import Topology

@Suite struct LogRetentionTests {
    @Test("a short log is left alone")
    func short() {
        let retention = LogRetention(shardCount: 4, oldest: 1)
        #expect(retention.nextShard(current: 4, liveBytes: 0, segmentBytes: 100) == nil)
        #expect(retention.nextShard(current: 5, liveBytes: 0, segmentBytes: 100) != nil)
        #expect(retention.nextShard(current: 5, liveBytes: 500, segmentBytes: 100) == nil)
        #expect(retention.nextShard(current: 19, liveBytes: 500, segmentBytes: 100) != nil)
    }

    @Test("segments go once every shard begins behind them")
    func removal() {
        var retention = LogRetention(shardCount: 3, oldest: 1)
        for expected in UInt16(0)..<3 {
            #expect(retention.takeRemovable() == nil)
            let shard = retention.nextShard(current: 9, liveBytes: 0, segmentBytes: 100)
            #expect(shard == ShardID(expected))
            if let shard { retention.checkpointed(shard, in: 9 + UInt64(expected)) }
        }
        #expect(retention.takeRemovable() == 9)
        #expect(retention.takeRemovable() == nil)
        #expect(retention.oldest == 9)
        #expect(retention.nextShard(current: 11, liveBytes: 0, segmentBytes: 100) == nil)
    }
}
