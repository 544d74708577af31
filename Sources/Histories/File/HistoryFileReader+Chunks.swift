extension HistoryFileReader {
    enum Chunk {
        case whole(payload: Range<Int>)
        case needs(count: Int)
        case torn
    }

    /// Whether the chunk at `position` is there and sound, and where its payload lies.
    static func chunk(in bytes: Span<UInt8>, at position: Int) -> Chunk {
        let start = position + HistoryFile.chunkHeaderBytes
        guard start <= bytes.count else { return .needs(count: HistoryFile.chunkHeaderBytes) }
        guard
            UInt32(bytes.littleEndian(at: position, byteCount: 4)) == HistoryFile.chunkMarker
        else { return .torn }
        let count = Int(bytes.littleEndian(at: position + 8, byteCount: 4))
        guard count <= HistoryFile.largestChunk else { return .torn }
        guard count <= bytes.count - start else {
            return .needs(count: HistoryFile.chunkHeaderBytes + count)
        }
        let checksum = CyclicChecksum.of(bytes.extracting(position + 8..<start + count))
        guard UInt32(bytes.littleEndian(at: position + 4, byteCount: 4)) == checksum else {
            return .torn
        }
        return .whole(payload: start..<start + count)
    }

    /// What a look for a whole chunk came to.
    enum SoundChunk {
        case sound(Int)
        /// So many bytes from a place on have to be there to tell.
        case needs(position: Int, count: Int)
        case none
    }

    /// The first whole chunk at or after a place.
    static func soundChunk(in bytes: Span<UInt8>, from start: Int) -> SoundChunk {
        var position = start
        var unfinished: SoundChunk?
        while position + HistoryFile.chunkHeaderBytes <= bytes.count {
            defer { position += 1 }
            guard bytes[position] == UInt8(truncatingIfNeeded: HistoryFile.chunkMarker) else {
                continue
            }
            switch chunk(in: bytes, at: position) {
            case .whole: return .sound(position)
            case .needs(let count):
                unfinished = unfinished ?? .needs(position: position, count: count)
            case .torn: continue
            }
        }
        return unfinished ?? .none
    }
}

extension Span<UInt8> {
    func littleEndian(at position: Int, byteCount: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<byteCount { value |= UInt64(self[position + index]) << UInt64(8 * index) }
        return value
    }
}
