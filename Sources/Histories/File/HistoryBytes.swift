/// Reads varints out of one chunk of a history file; every error has its position.
struct HistoryBytes: ~Escapable {
    private let bytes: Span<UInt8>
    /// The offset of the next byte, in the file.
    private(set) var position: Int
    /// Where the chunk ends.
    let end: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }

    mutating func byte() throws(HistoryFile.Failure) -> UInt8 {
        guard position < end else { throw HistoryFile.Failure(.malformedEvent, at: position) }
        position += 1
        return bytes[position - 1]
    }

    mutating func number() throws(HistoryFile.Failure) -> UInt64 {
        let start = position
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = UInt64(try byte())
            // The tenth byte has room for one bit.
            guard shift < 63 || next <= 1 else {
                throw HistoryFile.Failure(.malformedEvent, at: start)
            }
            number |= (next & 0x7f) << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    mutating func signed() throws(HistoryFile.Failure) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func small() throws(HistoryFile.Failure) -> UInt32 {
        let start = position
        guard let number = UInt32(exactly: try number()) else {
            throw HistoryFile.Failure(.malformedEvent, at: start)
        }
        return number
    }

    /// How many things of one byte or more follow; more cannot fit.
    mutating func count() throws(HistoryFile.Failure) -> Int {
        let start = position
        let number = try number()
        guard number <= UInt64(end - position) else {
            throw HistoryFile.Failure(.malformedEvent, at: start)
        }
        return Int(number)
    }

    mutating func text() throws(HistoryFile.Failure) -> String {
        let count = try count()
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in position..<position + count { copy.append(bytes[index]) }
        position += count
        return String(decoding: copy, as: UTF8.self)
    }
}
