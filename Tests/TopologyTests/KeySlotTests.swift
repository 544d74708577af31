import Testing
import Topology

@Suite struct KeySlotTests {
    /// `123456789` is the check value of CRC16/XMODEM; the others are what `CLUSTER KEYSLOT` answers.
    @Test(arguments: [
        ("123456789", 0x31c3 & 0x3fff), ("foo", 12182), ("bar", 5061), ("hello", 866),
        ("somekey", 11058), ("foo{hash_tag}", 2515), ("", 0),
    ])
    func `slots are those of a Redis Cluster`(key: String, slot: Int) {
        #expect(KeySlot.slot(of: key) == slot)
    }

    @Test func `only a tag with something in it counts, and only the first`() {
        #expect(KeySlot.slot(of: "{user1000}.a") == KeySlot.slot(of: "user1000"))
        #expect(KeySlot.slot(of: "foo{{bar}}zap") == KeySlot.slot(of: "{bar"))
        #expect(KeySlot.slot(of: "foo{bar}{zap}") == KeySlot.slot(of: "bar"))
        #expect(KeySlot.slot(of: "foo{}{bar}") != KeySlot.slot(of: "bar"))
    }

    @Test func `every slot belongs to exactly one shard`() {
        for shardCount in [1, 16, 256, 16_384] {
            for slot in stride(from: 0, to: KeySlot.count, by: 61) {
                let shard = KeySlot.shard(ofSlot: slot, shardCount: shardCount)
                #expect(KeySlot.slots(of: shard, shardCount: shardCount).contains(slot))
            }
        }
    }
}
