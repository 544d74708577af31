package import Coordination
internal import CSystemCalls

/// A connection to one of etcd's members, or to the next where that fails: one question at a time.
///
/// It blocks, so it belongs on a thread of its own.
package final class EtcdClient {
    private let members: [Endpoint]
    private var member = 0
    private var socket: BlockingSocket?

    package init(_ members: [Endpoint]) { self.members = members }

    /// The answer, or why nobody knows what became of the request; then the next member is asked next.
    package func ask(
        _ request: EtcdRequest,
        within nanoseconds: UInt64
    ) throws(EtcdCodec.Trouble) -> EtcdReply {
        let address = members[member % members.count]
        do throws(EtcdCodec.Trouble) {
            let response = try exchange(
                request,
                with: address,
                until: ordeal_boottime_nanoseconds() + nanoseconds
            )
            if !response.isOpen { socket = nil }
            return try EtcdCodec.reply(to: request, response)
        } catch {
            socket = nil
            member = (member + 1) % members.count
            throw EtcdCodec.Trouble(reason: "etcd at \(address): \(error.reason)")
        }
    }

    private func exchange(
        _ request: EtcdRequest,
        with address: Endpoint,
        until end: UInt64
    ) throws(EtcdCodec.Trouble) -> HTTPResponse {
        do throws(FileFailure) {
            let socket = try connection(to: address, until: end)
            let message = Array(Self.message(request, to: address).utf8)
            try socket.send(message, timeoutMilliseconds: left(until: end))
            var reader = HTTPResponseReader()
            while ordeal_boottime_nanoseconds() < end {
                guard socket.waitForInput(milliseconds: left(until: end)) else { continue }
                reader.append(try socket.receive(upTo: 64 << 10))
                if let response = try Self.whole(&reader) { return response }
            }
            throw FileFailure("hear", "an answer", reason: "none came in time")
        } catch {
            throw EtcdCodec.Trouble(reason: error.description)
        }
    }

    private func connection(
        to address: Endpoint,
        until end: UInt64
    ) throws(FileFailure) -> BlockingSocket {
        if let socket { return socket }
        let new = try BlockingSocket(address, timeoutMilliseconds: left(until: end))
        socket = new
        return new
    }

    private static func whole(
        _ reader: inout HTTPResponseReader
    ) throws(FileFailure) -> HTTPResponse? {
        do throws(HTTPResponseReader.Malformed) {
            return try reader.next()
        } catch {
            throw FileFailure("understand", "the answer", reason: "it is no HTTP")
        }
    }

    private func left(until end: UInt64) -> Int32 {
        let now = ordeal_boottime_nanoseconds()
        return Int32(clamping: (end - min(now, end)) / 1_000_000) + 1
    }

    private static func message(_ request: EtcdRequest, to address: Endpoint) -> String {
        let body = EtcdCodec.body(of: request)
        return "POST \(EtcdCodec.path(of: request)) HTTP/1.1\r\nHost: \(address)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
