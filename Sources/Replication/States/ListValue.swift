/// A list's elements, packed into chunks: pushing costs what is pushed, however long the list is.
public struct ListValue: Sendable, Equatable {
    /// What was pushed to the left, the list's first element on top.
    private var left = ElementStack()
    private var right = ElementStack()

    public var count: Int { left.count + right.count }
    /// Bytes of the elements and of what tells them apart.
    public var byteCount: Int { left.byteCount + right.byteCount }

    mutating func pushRight(_ element: ArraySlice<UInt8>) { right.push(element) }
    mutating func pushLeft(_ element: ArraySlice<UInt8>) { left.push(element) }

    /// The elements at these indices, which must be the list's.
    public func slice(_ indices: Range<Int>) -> ListSlice {
        var pieces: [ListSlice.Piece] = []
        let middle = left.count
        let first = indices.clamped(to: 0..<middle)
        if !first.isEmpty {
            let pushed = middle - first.upperBound..<middle - first.lowerBound
            pieces = left.pieces(pushed, isReversed: true).reversed()
        }
        let last = indices.clamped(to: middle..<max(middle, count))
        if !last.isEmpty {
            let pushed = last.lowerBound - middle..<last.upperBound - middle
            pieces += right.pieces(pushed, isReversed: false)
        }
        return ListSlice(pieces: pieces)
    }

    public static func == (one: Self, other: Self) -> Bool {
        one.slice(0..<one.count) == other.slice(0..<other.count)
    }
}

/// Elements of a list that share its chunks: whoever holds one costs the list a copy of its last
/// chunk at most.
public struct ListSlice: Sendable, Equatable {
    var pieces: [Piece]

    init(pieces: [Piece]) { self.pieces = pieces }

    /// A slice of a list that has just these elements.
    public init(elements: [[UInt8]]) {
        var list = ListValue()
        for element in elements { list.pushRight(element[...]) }
        self = list.slice(0..<list.count)
    }

    struct Piece: Sendable {
        var chunk: ElementChunk
        var range: Range<Int>
        var isReversed: Bool
    }

    public var count: Int { pieces.reduce(0) { $0 + $1.range.count } }
    /// Bytes of the elements alone.
    public var byteCount: Int { pieces.reduce(0) { $0 + $1.chunk.byteCount(of: $1.range) } }

    /// Visits the elements in the order of the list.
    public func forEach(_ body: (Span<UInt8>) -> Void) {
        for piece in pieces {
            for step in 0..<piece.range.count {
                let number =
                    piece.isReversed
                    ? piece.range.upperBound - 1 - step : piece.range.lowerBound + step
                body(piece.chunk.bytes.span.extracting(piece.chunk.range(of: number)))
            }
        }
    }

    /// Copies of the elements; for tests and rare paths.
    public var elements: [[UInt8]] {
        var elements: [[UInt8]] = []
        forEach { element in
            elements.append(unsafe element.withUnsafeBufferPointer { unsafe Array($0) })
        }
        return elements
    }

    public static func == (one: Self, other: Self) -> Bool { one.elements == other.elements }
}

/// A run of elements, one behind the other.
struct ElementChunk: Sendable {
    private(set) var bytes: [UInt8] = []
    private var ends: [UInt32] = []

    /// A chunk takes no more above these; large elements have chunks of their own.
    private static let byteLimit = 8 * 1024
    private static let countLimit = 512

    var count: Int { ends.count }

    func hasRoom(for element: ArraySlice<UInt8>) -> Bool {
        count == 0 || (count < Self.countLimit && bytes.count + element.count <= Self.byteLimit)
    }

    mutating func append(_ element: ArraySlice<UInt8>) {
        bytes.append(contentsOf: element)
        ends.append(UInt32(bytes.count))
    }

    func range(of number: Int) -> Range<Int> { start(of: number)..<Int(ends[number]) }

    func byteCount(of range: Range<Int>) -> Int {
        range.isEmpty ? 0 : Int(ends[range.upperBound - 1]) - start(of: range.lowerBound)
    }

    private func start(of number: Int) -> Int { number == 0 ? 0 : Int(ends[number - 1]) }
}

/// Elements that are only ever added at one end.
private struct ElementStack: Sendable {
    private var chunks: [ElementChunk] = []
    /// The number of each chunk's first element.
    private var starts: [Int] = []
    private(set) var count = 0
    private(set) var byteCount = 0

    /// What an element costs beside its bytes.
    private static let elementOverhead = 4

    mutating func push(_ element: ArraySlice<UInt8>) {
        if chunks.last?.hasRoom(for: element) != true {
            chunks.append(ElementChunk())
            starts.append(count)
        }
        chunks[chunks.count - 1].append(element)
        count += 1
        byteCount += element.count + Self.elementOverhead
    }

    /// The elements pushed at these numbers, a piece from each chunk.
    func pieces(_ numbers: Range<Int>, isReversed: Bool) -> [ListSlice.Piece] {
        var pieces: [ListSlice.Piece] = []
        var index = chunk(of: numbers.lowerBound)
        while index < chunks.count, starts[index] < numbers.upperBound {
            let start = starts[index]
            let range = numbers.clamped(to: start..<start + chunks[index].count)
            pieces.append(
                ListSlice.Piece(
                    chunk: chunks[index],
                    range: range.lowerBound - start..<range.upperBound - start,
                    isReversed: isReversed
                )
            )
            index += 1
        }
        return pieces
    }

    /// The last chunk that begins at or before the number.
    private func chunk(of number: Int) -> Int {
        var low = 0
        var high = starts.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle } else { high = middle }
        }
        return low
    }
}

/// Lists by place, so that a record of the table stays one pointer long.
struct ListPlaces: Sendable {
    private var lists: [ListValue] = []
    private var free: [Int] = []

    subscript(place: Int) -> ListValue {
        get { lists[place] }
        _modify { yield &lists[place] }
    }

    mutating func add() -> Int {
        if let place = free.popLast() { return place }
        lists.append(ListValue())
        return lists.count - 1
    }

    mutating func remove(_ place: Int) {
        lists[place] = ListValue()
        free.append(place)
    }
}
