/// One command's bytes on the wire, and where its holes are: laid out once, filled in again and again.
struct CommandFrame: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var holes: [Hole] = []
    /// What the frame was laid out for.
    private(set) var lengths: Lengths?

    struct Hole: Sendable {
        var piece: CommandTemplate.Piece
        var place: Range<Int>
    }

    struct Lengths: Sendable, Equatable {
        /// Of every key; nil where keys differ, so that no layout can be used twice.
        var key: Int?
        var value: Int
        var lifetime: Int64
    }

    /// - Parameter keyLength: The length of the n-th key.
    mutating func layOut(
        _ template: CommandTemplate,
        _ lengths: Lengths,
        keyLength: (Int) -> Int
    ) {
        self.lengths = lengths.key == nil ? nil : lengths
        bytes.removeAll(keepingCapacity: true)
        holes.removeAll(keepingCapacity: true)
        Self.append(UInt8(ascii: "*"), template.arguments.count, to: &bytes)
        for pieces in template.arguments {
            var length = 0
            for piece in pieces { length += Self.length(of: piece, lengths, keyLength) }
            Self.append(UInt8(ascii: "$"), length, to: &bytes)
            for piece in pieces {
                let start = bytes.count
                switch piece {
                case .literal(let literal): bytes.append(contentsOf: literal)
                case .lifetime: Self.append(Int(lengths.lifetime), to: &bytes)
                case .key, .value:
                    let end = start + Self.length(of: piece, lengths, keyLength)
                    bytes.append(contentsOf: repeatElement(0, count: end - start))
                    holes.append(Hole(piece: piece, place: start..<end))
                }
            }
            bytes.append(0x0d)
            bytes.append(0x0a)
        }
    }

    /// Begins a command of a name and so many more arguments, which are then appended.
    mutating func beginList(_ name: StaticString, count: Int) {
        bytes.removeAll(keepingCapacity: true)
        Self.append(UInt8(ascii: "*"), count + 1, to: &bytes)
        Self.append(UInt8(ascii: "$"), name.utf8CodeUnitCount, to: &bytes)
        bytes.append(contentsOf: name.description.utf8)
        bytes.append(0x0d)
        bytes.append(0x0a)
    }

    mutating func appendArgument(length: Int, _ fill: (inout MutableSpan<UInt8>) -> Void) {
        Self.append(UInt8(ascii: "$"), length, to: &bytes)
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: length))
        var all = bytes.mutableSpan
        var span = all._mutatingExtracting(start..<start + length)
        fill(&span)
        bytes.append(0x0d)
        bytes.append(0x0a)
    }

    /// Gives the bytes of a hole to `fill`.
    mutating func fill(_ hole: Int, _ fill: (inout MutableSpan<UInt8>) -> Void) {
        let place = holes[hole].place
        var all = bytes.mutableSpan
        var span = all._mutatingExtracting(place)
        fill(&span)
    }

    private static func length(
        of piece: CommandTemplate.Piece,
        _ lengths: Lengths,
        _ keyLength: (Int) -> Int
    ) -> Int {
        switch piece {
        case .literal(let literal): literal.count
        case .key(let index): keyLength(index)
        case .value: lengths.value
        case .lifetime: digits(of: Int(lengths.lifetime))
        }
    }

    private static func digits(of number: Int) -> Int {
        var (count, rest) = (1, number / 10)
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    /// `*3` and the end of the line.
    static func append(_ mark: UInt8, _ number: Int, to bytes: inout [UInt8]) {
        bytes.append(mark)
        append(number, to: &bytes)
        bytes.append(0x0d)
        bytes.append(0x0a)
    }

    /// A number that is not negative, in digits.
    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        let count = digits(of: number)
        bytes.append(contentsOf: repeatElement(0x30, count: count))
        var rest = number
        for position in stride(from: start + count - 1, through: start, by: -1) {
            bytes[position] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
