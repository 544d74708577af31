import Storage
import Testing

@Suite struct SealedFileTests {
    private let content = Array("the map of epoch 7".utf8)

    @Test("content comes back as it was")
    func roundTrip() throws {
        for size in [0, 1, 8, 1_000] {
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let file = SealedFile.clusterMap.encode(content)
            #expect(try SealedFile.clusterMap.decode(file) == content)
        }
    }

    @Test("every flipped bit and every cut is noticed")
    func damage() {
        let file = SealedFile.clusterMap.encode(content)
        for length in 0..<file.count {
            #expect(throws: SealedFileError.self) {
                try SealedFile.clusterMap.decode(Array(file[..<length]))
            }
        }
        for bit in 0..<file.count * 8 {
            var bytes = file
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: SealedFileError.self) { try SealedFile.clusterMap.decode(bytes) }
        }
        #expect(throws: SealedFileError.damaged) {
            try SealedFile.clusterMap.decode(file + [0])
        }
    }

    @Test("another kind of file and another format are named")
    func kinds() {
        let file = SealedFile.clusterMap.encode(content)
        #expect(throws: SealedFileError.otherKind) { try SealedFile.copyState.decode(file) }
        var newer = file
        newer[8] = 9
        #expect(throws: SealedFileError.unsupportedVersion(9, readable: 1)) {
            try SealedFile.clusterMap.decode(newer)
        }
    }

    @Test("a start finds nothing, the content, or why it must not go on")
    func found() {
        let file = SealedFile.clusterMap.encode(content)
        #expect(FileReplacement.found(nil, as: .clusterMap) == .nothing)
        #expect(FileReplacement.found(file, as: .clusterMap) == .content(content))
        #expect(
            FileReplacement.found([], as: .clusterMap) == .unusable(.short(byteCount: 0))
        )
    }

    @Test("content is announced only behind the last of four steps")
    func steps() {
        #expect(
            FileReplacement.allCases == [
                .writeTemporary, .syncTemporary, .rename, .syncDirectory,
            ]
        )
        #expect(FileReplacement.temporaryName(of: "map") == "map.new")
    }
}

@Suite struct SegmentNameTests {
    @Test("names sort as numbers do and read back")
    func names() {
        let numbers: [UInt64] = [1, 9, 10, 255, 256, 1 << 40, .max]
        let names = numbers.map(SegmentName.name(of:))
        #expect(names == names.sorted())
        #expect(names.map(SegmentName.segment(named:)) == numbers)
        #expect(names[2] == "000000000000000a.log")
    }

    @Test(
        "other files are not taken for segments",
        arguments: [
            "", ".log", "lock", "000000000000000A.log", "00000000000000001.log", "0000000000000001",
            "+00000000000001f.log", "0000000000000001.log.new",
        ]
    )
    func otherNames(name: String) {
        #expect(SegmentName.segment(named: name) == nil)
    }
}
