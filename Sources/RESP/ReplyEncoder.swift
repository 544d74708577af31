public import NIOCore

/// Which dialect a connection speaks; `HELLO` changes it.
public enum RESPVersion: Int, Sendable {
    case two = 2
    case three = 3
}

/// What a server writes; each call appends one reply, or the head of one, to the buffer.
extension ByteBuffer {
    /// Writes `+text`; the text must hold no line end.
    public mutating func writeSimpleString(_ text: StaticString) {
        writeInteger(Byte.plus)
        writeStaticString(text)
        writeLineEnd()
    }

    /// Writes `+OK`, which is most of what a server has to say, in one piece.
    public mutating func writeOK() { writeStaticString("+OK\r\n") }

    /// Writes `-text`, with its line ends turned into blanks, as Redis does.
    public mutating func writeError(_ text: String) {
        writeInteger(Byte.minus)
        let isOneLine = text.utf8.allSatisfy { $0 != Byte.lineFeed && $0 != Byte.carriageReturn }
        if isOneLine {
            writeString(text)
        } else {
            writeString(String(text.map { $0.isNewline ? " " : $0 }))
        }
        writeLineEnd()
    }

    /// Writes `:value`.
    public mutating func writeRESPInteger(_ value: Int) {
        writeRESPLine(Byte.colon, value)
    }

    /// Writes a bulk string.
    public mutating func writeBulk(_ bytes: Span<UInt8>) {
        writeRESPLine(Byte.dollar, bytes.count)
        unsafe writeBytes(bytes.bytes)
        writeLineEnd()
    }

    /// Writes a bulk string of the text's UTF-8.
    public mutating func writeBulk(_ text: String) {
        writeRESPLine(Byte.dollar, text.utf8.count)
        writeString(text)
        writeLineEnd()
    }

    /// Writes the reply for a value that is not there.
    public mutating func writeNull(_ version: RESPVersion) {
        switch version {
        case .two: writeStaticString("$-1\r\n")
        case .three: writeStaticString("_\r\n")
        }
    }

    /// Writes the reply for an array that is not there.
    public mutating func writeNullArray(_ version: RESPVersion) {
        switch version {
        case .two: writeStaticString("*-1\r\n")
        case .three: writeStaticString("_\r\n")
        }
    }

    /// Begins an array; `count` replies follow.
    public mutating func writeArrayHeader(count: Int) {
        writeRESPLine(Byte.star, count)
    }

    /// Begins a map of `count` pairs, which RESP2 knows as an array of twice as many.
    public mutating func writeMapHeader(count: Int, _ version: RESPVersion) {
        switch version {
        case .two: writeRESPLine(Byte.star, count * 2)
        case .three: writeRESPLine(UInt8(ascii: "%"), count)
        }
    }

    /// Writes text meant for people, which RESP3 marks as such.
    public mutating func writeVerbatim(_ text: String, _ version: RESPVersion) {
        switch version {
        case .two: writeBulk(text)
        case .three:
            writeRESPLine(UInt8(ascii: "="), text.utf8.count + 4)
            writeStaticString("txt:")
            writeString(text)
            writeLineEnd()
        }
    }

    mutating func writeLineEnd() {
        writeInteger(UInt16(0x0D0A))
    }

    /// Writes a type byte, a decimal integer and a line end.
    mutating func writeRESPLine(_ type: UInt8, _ value: Int) {
        writeWithOutputRawSpan(minimumWritableBytes: 24) { output in
            output.append(type)
            if value < 0 { output.append(Byte.minus) }
            let magnitude = value.magnitude
            var power = magnitude.greatestPowerOfTen
            repeat {
                output.append(Byte.zero &+ UInt8(truncatingIfNeeded: magnitude / power % 10))
                power /= 10
            } while power > 0
            output.append(Byte.carriageReturn)
            output.append(Byte.lineFeed)
        }
    }
}

extension UInt {
    /// The greatest power of ten that is not above the value; 1 for zero.
    fileprivate var greatestPowerOfTen: UInt {
        var power: UInt = 1
        while self / 10 >= power { power *= 10 }
        return power
    }
}
