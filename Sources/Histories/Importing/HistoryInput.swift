/// Where the bytes of a history come from, a piece at a time.
public protocol HistorySource {
    /// Goes back to the first byte.
    mutating func restart() throws(HistoryProblem)
    /// Appends up to `count` bytes; false at the end.
    mutating func append(to bytes: inout [UInt8], count: Int) throws(HistoryProblem) -> Bool
    /// Goes on to the next file of the same history, which several clients recorded; false where
    /// there is none.
    mutating func nextPart() throws(HistoryProblem) -> Bool
    /// What a reader of the verdict should know about the file.
    var notes: [String] { get }
    /// Which parts of the history are not there, where some are not.
    var missing: String? { get }
}

extension HistorySource {
    public mutating func nextPart() throws(HistoryProblem) -> Bool { false }

    public var notes: [String] { [] }

    public var missing: String? { nil }
}

/// A history that is in memory already.
public struct MemorySource: HistorySource {
    private let bytes: [UInt8]
    private var position = 0

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    public mutating func restart() {
        position = 0
    }

    public mutating func append(to bytes: inout [UInt8], count: Int) -> Bool {
        let end = min(self.bytes.count, position + max(count, 1))
        bytes.append(contentsOf: self.bytes[position..<end])
        position = end
        return position < self.bytes.count
    }
}

/// A window on a history's bytes: no more of a file is in memory than its longest operation needs.
public struct HistoryInput {
    /// Nothing in a history is longer: the read of a set of ten million elements has half of it.
    static let longestForm = 1 << 27

    /// What a log says about one event.
    private static let longestLine = 1 << 20
    /// Some editors begin a file with it.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// What a reader should know although the history could be read.
    public internal(set) var notes: [String] = []
    /// Which parts of the history are not there, where some are not.
    public let missing: String?
    private var source: any HistorySource
    private let chunk: Int
    private(set) var bytes: [UInt8] = []
    /// The first byte of the window that has not been consumed.
    var start = 0
    private(set) var isAtEnd = false
    /// What came before the window.
    private(set) var passedBytes = 0
    private var passedLines = 0
    private var lineStart = 0

    /// - Parameter chunk: How much is read at once; small ones are for tests.
    public init(_ source: any HistorySource, chunk: Int = 1 << 20) {
        self.source = source
        self.chunk = max(1, chunk)
        notes = source.notes
        missing = source.missing
    }

    public mutating func restart() throws(HistoryProblem) {
        try source.restart()
        forget()
    }

    /// Whether there is another part, which is looked at from now on.
    mutating func nextPart() throws(HistoryProblem) -> Bool {
        guard try source.nextPart() else { return false }
        forget()
        return true
    }

    private mutating func forget() {
        bytes.removeAll(keepingCapacity: true)
        (start, isAtEnd, passedBytes, passedLines, lineStart) = (0, false, 0, 0, 0)
    }

    /// Drops what was consumed, which moves the window, and reads on; false at the end.
    ///
    /// Reads as much as is there already, so that looking at one long form again and again costs
    /// no more than twice its length.
    mutating func readMore() throws(HistoryProblem) -> Bool {
        guard !isAtEnd else { return false }
        pass()
        guard bytes.count < Self.longestForm else {
            throw HistoryProblem(.tooLong(limit: Self.longestForm), at: position(of: 0))
        }
        isAtEnd = !(try source.append(to: &bytes, count: max(chunk, bytes.count)))
        if passedBytes == 0, start == 0, bytes.starts(with: Self.byteOrderMark) {
            start = Self.byteOrderMark.count
        }
        return true
    }

    /// The next line without its end, where it stands in the window; nil at the end.
    mutating func nextLine() throws(HistoryProblem) -> Range<Int>? {
        var looked = 0
        while true {
            if let end = newline(from: start + looked) {
                let line = start..<end
                start = end + 1
                return line
            }
            looked = bytes.count - start
            guard looked <= Self.longestLine else {
                throw problem(.tooLong(limit: Self.longestLine), at: start)
            }
            guard try readMore() else { break }
        }
        guard start < bytes.count else { return nil }
        let line = start..<bytes.count
        start = bytes.count
        return line
    }

    func position(of index: Int) -> HistoryProblem.Position {
        var (line, begin) = (passedLines, lineStart)
        let span = bytes.span
        for place in 0..<min(index, span.count) where span[place] == UInt8(ascii: "\n") {
            line += 1
            begin = passedBytes + place + 1
        }
        let byte = passedBytes + index
        return HistoryProblem.Position(line: line + 1, column: byte - begin + 1, byte: byte)
    }

    private func newline(from first: Int) -> Int? {
        let span = bytes.span
        var index = first
        while index < span.count {
            if span[index] == UInt8(ascii: "\n") { return index }
            index += 1
        }
        return nil
    }

    private mutating func pass() {
        guard start > 0 else { return }
        let position = position(of: start)
        passedLines = position.line - 1
        lineStart = position.byte - position.column + 1
        passedBytes += start
        bytes.removeSubrange(0..<start)
        start = 0
    }
}
