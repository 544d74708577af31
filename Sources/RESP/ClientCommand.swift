/// Where one argument lies in the bytes of a command.
public struct ArgumentRange: Equatable, Sendable {
    public var offset: Int
    public var count: Int
}

/// One client command as views into the bytes it arrived in; nothing is copied.
public struct ClientCommand: ~Escapable {
    let bytes: Span<UInt8>
    let ranges: Span<ArgumentRange>

    @_lifetime(copy bytes, copy ranges)
    init(bytes: Span<UInt8>, ranges: Span<ArgumentRange>) {
        self.bytes = bytes
        self.ranges = ranges
    }

    /// How many arguments there are, the command's name included; at least one.
    public var count: Int { ranges.count }

    /// The argument at `index`; 0 is the command's name.
    public subscript(index: Int) -> Span<UInt8> {
        @_lifetime(copy self)
        get {
            let range = ranges[index]
            return bytes.extracting(range.offset..<range.offset + range.count)
        }
    }
}
