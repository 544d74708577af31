import Glibc

/// A TCP connection for a thread of its own: every operation waits for so long and no longer.
final class BlockingSocket {
    private let descriptor: Int32
    private let name: String

    /// Dials a numeric address.
    init(_ address: Endpoint, timeoutMilliseconds: Int32) throws(FileFailure) {
        let name = address.description
        self.name = name
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(address.host, String(address.port), &hints, &found) == 0,
            let info = unsafe found
        else { throw FileFailure("dial", name, reason: "it is no numeric address") }
        defer { unsafe freeaddrinfo(info) }
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = unsafe socket(info.pointee.ai_family, flags, 0)
        guard descriptor >= 0 else { throw FileFailure("dial", name) }
        let result = unsafe connect(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen)
        guard result == 0 || errno == EINPROGRESS else { throw FileFailure("dial", name) }
        guard wait(for: POLLOUT, milliseconds: timeoutMilliseconds) else {
            throw FileFailure("dial", name, code: ETIMEDOUT)
        }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw FileFailure("dial", name, code: code) }
        var one: Int32 = 1
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
    }

    /// Closes at once: what the kernel has not sent yet is thrown away, not sent after an outage.
    deinit {
        guard descriptor >= 0 else { return }
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, size)
        _ = close(descriptor)
    }

    /// Sends all of it, or throws when the other end does not take it in time.
    func send(_ bytes: [UInt8], timeoutMilliseconds: Int32) throws(FileFailure) {
        var sent = 0
        while sent < bytes.count {
            let result = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.send(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: source[sent...]).baseAddress,
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if result >= 0 {
                sent += result
            } else if errno == EAGAIN {
                guard wait(for: POLLOUT, milliseconds: timeoutMilliseconds) else {
                    throw FileFailure("send to", name, code: ETIMEDOUT)
                }
            } else if errno != EINTR {
                throw FileFailure("send to", name)
            }
        }
    }

    /// What has arrived, empty when nothing has; throws at the connection's end.
    func receive(upTo limit: Int) throws(FileFailure) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let result = unsafe recv(descriptor, buffer.baseAddress, limit, 0)
            if result == 0 { failure = ECONNRESET }
            if result < 0, errno != EAGAIN, errno != EINTR { failure = errno }
            count = max(0, result)
        }
        guard failure == 0 else {
            throw FileFailure("receive from", name, code: failure)
        }
        return bytes
    }

    /// Sleeps until something arrived, the wake-up rang or the time is over.
    func waitForInput(or wakeUp: WakeUp, milliseconds: Int32) {
        wakeUp.wait(milliseconds: milliseconds, orReadable: descriptor)
    }

    /// Sleeps until something arrived; false where the time is over before that.
    func waitForInput(milliseconds: Int32) -> Bool { wait(for: POLLIN, milliseconds: milliseconds) }

    private func wait(for event: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        while true {
            let result = unsafe poll(&entry, 1, milliseconds)
            if result < 0, errno == EINTR { continue }
            return result > 0
        }
    }
}
