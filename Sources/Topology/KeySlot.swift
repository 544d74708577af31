/// Where a key belongs: its hash slot exactly as Redis Cluster computes it, then the slot's shard.
public enum KeySlot {
    /// The number of hash slots of a Redis Cluster.
    public static let count = 16_384

    /// CRC16 (XMODEM) of the key, or of the part between the first `{` and the next `}` when that is
    /// not empty, modulo 16,384 (Redis Cluster specification, "Hash tags").
    public static func slot(of key: borrowing Span<UInt8>) -> Int {
        unsafe key.withUnsafeBytes { unsafe slot(of: $0) }
    }

    public static func slot(of key: String) -> Int {
        let bytes = Array(key.utf8)
        return slot(of: bytes.span)
    }

    public static func slot(of key: UnsafeRawBufferPointer) -> Int {
        var start = 0
        var end = key.count
        if let open = unsafe key.firstIndex(of: 0x7b) {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: key[(open + 1)...])
            if let length = unsafe rest.firstIndex(of: 0x7d), length > 0 {
                start = open + 1
                end = start + length
            }
        }
        var checksum: UInt16 = 0
        for position in start..<end {
            let byte = unsafe key[position]
            checksum = (checksum << 8) ^ table[Int(UInt8(truncatingIfNeeded: checksum >> 8) ^ byte)]
        }
        return Int(checksum & 0x3fff)
    }

    /// The shard of a slot: slots are dealt to shards in contiguous ranges of equal length.
    public static func shard(ofSlot slot: Int, shardCount: Int) -> ShardID {
        ShardID(UInt16(truncatingIfNeeded: slot / (count / shardCount)))
    }

    /// The slots of a shard.
    public static func slots(of shard: ShardID, shardCount: Int) -> Range<Int> {
        let width = count / shardCount
        return Int(shard.value) * width..<(Int(shard.value) + 1) * width
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        var checksum = UInt16(byte) << 8
        for _ in 0..<8 {
            checksum = checksum & 0x8000 != 0 ? (checksum << 1) ^ 0x1021 : checksum << 1
        }
        return checksum
    }
}
