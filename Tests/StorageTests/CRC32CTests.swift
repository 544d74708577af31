import Storage
import Testing

@Suite struct CRC32CTests {
    @Test("the published vectors come out", arguments: publishedVectors)
    func vectors(vector: PublishedVector) {
        #expect(CRC32C.checksum(of: vector.bytes.span) == vector.checksum)
        #expect(CRC32C.checksumByTables(of: vector.bytes.span) == vector.checksum)
    }

    @Test("the checksum of two pieces is the second's continued from the first's")
    func continuation() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 37) }
        let whole = CRC32C.checksum(of: bytes.span)
        for cut in 0...bytes.count {
            let first = CRC32C.checksum(of: bytes.span.extracting(0..<cut))
            let both = CRC32C.checksum(of: bytes.span.extracting(cut...), continuing: first)
            #expect(both == whole)
            let byTables = CRC32C.checksumByTables(
                of: bytes.span.extracting(cut...),
                continuing: first
            )
            #expect(byTables == whole)
        }
    }
}

struct PublishedVector: Sendable {
    let bytes: [UInt8]
    let checksum: UInt32
}

/// The customary check value, then RFC 3720, appendix B.4.
private let publishedVectors = [
    PublishedVector(bytes: Array("123456789".utf8), checksum: 0xe306_9283),
    PublishedVector(bytes: Array(repeating: 0, count: 32), checksum: 0x8a91_36aa),
    PublishedVector(bytes: Array(repeating: 0xff, count: 32), checksum: 0x62a8_ab43),
    PublishedVector(bytes: Array(0..<32), checksum: 0x46dd_794e),
    PublishedVector(bytes: Array((0..<32).reversed()), checksum: 0x113f_db5c),
    PublishedVector(bytes: iSCSIReadCommand, checksum: 0xd996_3a56),
    PublishedVector(bytes: [], checksum: 0),
]

private let iSCSIReadCommand: [UInt8] = [
    0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
    0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
]
