import StoreNode
import Testing

@Suite struct HTTPResponseTests {
    private static let plain =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"a\":\"bcde\"}"
    private static let chunked =
        "HTTP/1.1 404 Not Found\r\nTrailer: Grpc-Trailer-Content-Type\r\n"
        + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n"
        + "Grpc-Trailer-Content-Type: application/grpc\r\n\r\n"
    private static let closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    @Test func `answers are whole however their bytes arrive`() throws {
        let text = Self.plain + Self.chunked + Self.closing
        for size in [1, 2, 7, 64, 4_096] {
            var reader = HTTPResponseReader()
            var found: [HTTPResponse] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(bytes[start..<min(start + size, bytes.count)])
                while let response = try reader.next() { found.append(response) }
            }
            let expected = [
                HTTPResponse(status: 200, body: Array("{\"a\":\"bcde\"}".utf8)),
                HTTPResponse(status: 404, body: Array("hello world".utf8)),
                HTTPResponse(status: 200, body: [], isOpen: false),
            ]
            #expect(found == expected, "in pieces of \(size)")
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n",
        String(repeating: "x", count: 20_000),
    ])
    func `what is no answer is refused`(text: String) {
        var reader = HTTPResponseReader()
        reader.append(Array(text.utf8))
        #expect(throws: HTTPResponseReader.Malformed()) { _ = try reader.next() }
    }
}
