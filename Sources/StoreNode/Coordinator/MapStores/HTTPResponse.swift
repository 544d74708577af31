/// A server's answer, as much of HTTP/1.1 as one request after the other needs.
package struct HTTPResponse: Equatable, Sendable {
    package var status: Int
    package var body: [UInt8]
    /// Whether the connection takes another request.
    package var isOpen: Bool

    package init(status: Int, body: [UInt8], isOpen: Bool = true) {
        self.status = status
        self.body = body
        self.isOpen = isOpen
    }
}

/// Gathers bytes of a connection until they are a whole answer.
package struct HTTPResponseReader {
    private var bytes: [UInt8] = []
    private var offset = 0

    /// What arrives makes no sense.
    package struct Malformed: Error, Equatable {
        package init() {}
    }

    private static let headLimitBytes = 16 << 10
    /// The largest map in base64, and what stands around it.
    private static let bodyLimitBytes = 8 << 20

    package init() {}

    package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// The whole answer; nil while it is not all there.
    package mutating func next() throws(Malformed) -> HTTPResponse? {
        offset = 0
        guard let head = try takeHead() else { return nil }
        guard let body = try takeBody(head) else { return nil }
        bytes.removeSubrange(..<offset)
        return HTTPResponse(status: head.status, body: body, isOpen: head.isOpen)
    }

    private struct Head {
        var status: Int
        var length: Int?
        var isChunked = false
        var isOpen = true
    }

    private mutating func takeHead() throws(Malformed) -> Head? {
        guard let first = try takeLine() else { return nil }
        let words = first.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]),
            (200..<600).contains(status)
        else { throw Malformed() }
        var head = Head(status: status)
        if words[0] == "HTTP/1.0" { head.isOpen = false }
        while let line = try takeLine() {
            guard !line.isEmpty else {
                if !head.isChunked, head.length == nil { throw Malformed() }
                return head
            }
            guard let colon = line.firstIndex(of: ":") else { throw Malformed() }
            let value = line[line.index(after: colon)...].drop { $0 == " " }.lowercased()
            switch line[..<colon].lowercased() {
            case "content-length":
                guard let length = Int(value), (0...Self.bodyLimitBytes).contains(length) else {
                    throw Malformed()
                }
                head.length = length
            case "transfer-encoding":
                guard value == "chunked" else { throw Malformed() }
                head.isChunked = true
            case "connection": if value == "close" { head.isOpen = false }
            default: break
            }
        }
        return nil
    }

    private mutating func takeBody(_ head: Head) throws(Malformed) -> [UInt8]? {
        guard head.isChunked else { return take(head.length ?? 0) }
        var body: [UInt8] = []
        while let line = try takeLine() {
            let digits = line.prefix { $0 != ";" }
            guard let size = Int(digits, radix: 16), size >= 0,
                body.count + size <= Self.bodyLimitBytes
            else { throw Malformed() }
            if size == 0 {
                // What comes behind the body is passed over.
                while let trailer = try takeLine() {
                    if trailer.isEmpty { return body }
                }
                return nil
            }
            guard let chunk = take(size), let end = try takeLine() else { return nil }
            guard end.isEmpty else { throw Malformed() }
            body += chunk
        }
        return nil
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// A line without its end; nil while that is not there.
    private mutating func takeLine() throws(Malformed) -> String? {
        guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
            if bytes.count - offset > Self.headLimitBytes { throw Malformed() }
            return nil
        }
        guard end - offset <= Self.headLimitBytes else { throw Malformed() }
        var line = bytes[offset..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        offset = end + 1
        return String(decoding: line, as: UTF8.self)
    }
}
