internal import RESP

/// Who is told what happens on a connection.
protocol ConnectionHandler: AnyObject {
    func connectionOpened()
    /// Bytes have come; returns how many were used up, the rest is offered again with what follows.
    func connectionReceived(_ bytes: Span<UInt8>) throws(RESPError) -> Int
    /// It is over: by the other end, by an error, or because it never came about.
    func connectionEnded(_ end: ConnectionEnd)
}

/// How a connection came to its end.
enum ConnectionEnd: Equatable {
    /// It was never there.
    case refused(SocketFailure)
    /// It took too long to come about.
    case dialTimedOut
    case lost
    /// It cannot be secured, or not be believed; why, for a user.
    case insecure(String)
    /// The other end does not speak the protocol.
    case notRESP
}

/// A connection that can be dialled again and again: a socket at a time, and what waits for it.
///
/// Confined to its loop. What is written gathers in `output` until `flush`: one system call,
/// however many requests.
final class Connection: SocketLoop.Watcher {
    /// Who gets the bytes; set once, before the first dialling.
    unowned var handler: (any ConnectionHandler)?
    var output = ByteQueue()
    private(set) var isOpen = false

    private let loop: SocketLoop
    private let security: (any ConnectionSecurity)?
    private var socket: Socket?
    private var number: UInt32 = 0
    /// The beginning of a reply whose end has yet to come.
    private var partial = ByteQueue()
    private var isWaitingToWrite = false
    /// Counts the diallings, so that an alarm knows which of them it belongs to.
    private var dialCount = 0
    private var codec: (any ConnectionCodec)?

    /// As much of a reply that comes in pieces is read at once.
    private static let partialRoom = 64 << 10

    init(loop: SocketLoop, security: (any ConnectionSecurity)? = nil) {
        self.loop = loop
        self.security = security
    }

    deinit { close() }

    /// Begins to connect; the handler is told what comes of it, by `timeout` nanoseconds at the
    /// latest.
    func dial(_ endpoint: Endpoint, timeout: Int64) {
        close()
        dialCount += 1
        do throws(SocketFailure) {
            codec = try security?.codec(for: endpoint)
            let new = try Socket.dial(NumericAddress.of(endpoint))
            let file = new.file
            socket = consume new
            guard let number = loop.watch(file, .writable, self) else {
                throw SocketFailure(code: SocketFailure.tooManyFiles)
            }
            self.number = number
        } catch {
            drop()
            // Later, so that whoever dials is never told in the middle of it.
            let dial = dialCount
            return loop.at(loop.now) {
                guard dial == self.dialCount else { return }
                self.handler?.connectionEnded(.refused(error))
            }
        }
        let dial = dialCount
        loop.at(monotonicNow() + timeout) {
            guard dial == self.dialCount, !self.isOpen, self.socket != nil else { return }
            self.end(self.isShakingHands ? .insecure(Self.noHandshake) : .dialTimedOut)
        }
    }

    /// Closes without telling the handler; what the other end has not received is discarded.
    func close() {
        dialCount += 1
        isOpen = false
        output.removeAll()
        partial.removeAll()
        drop()
    }

    /// Closes, and tells the handler when what goes on now is over.
    func endSoon() {
        guard socket != nil else { return }
        close()
        let dial = dialCount
        loop.at(loop.now) {
            guard dial == self.dialCount else { return }
            self.handler?.connectionEnded(.lost)
        }
    }

    /// Hands what has gathered to the kernel.
    func flush() {
        if codec != nil { return flushSecurely() }
        guard isOpen, !isWaitingToWrite, !output.isEmpty else { return }
        write()
    }

    func ready(_ readiness: SocketLoop.Readiness, on loop: SocketLoop) {
        guard isOpen else {
            // A secured connection is open only once its handshake is done.
            if isShakingHands, readiness.contains(.readable) { return read() }
            return dialled(readiness)
        }
        if readiness.contains(.writable), isWaitingToWrite { resumeWriting() }
        if isOpen, !readiness.isDisjoint(with: [.readable, .hungUp]) { read() }
    }

    private func dialled(_ readiness: SocketLoop.Readiness) {
        if isShakingHands {
            if readiness.contains(.writable), isWaitingToWrite { resumeWriting() }
            return
        }
        if let failure = socket?.connectFailure { return end(.refused(failure)) }
        loop.watch(number, anewFor: .readable)
        guard codec == nil else {
            isShakingHands = true
            return shakeHands()
        }
        opened()
    }

    private func opened() {
        isOpen = true
        isWaitingToWrite = false
        handler?.connectionOpened()
    }

    private func write() {
        while !output.isEmpty {
            switch socket?.write(output.bytes) {
            case .bytes(let count): output.removeFirst(count)
            case .wouldBlock:
                isWaitingToWrite = true
                return loop.watch(number, anewFor: [.readable, .writable])
            case .failed, .ended, nil:
                // The reading that follows says the same, once what has arrived was taken.
                return
            }
        }
    }

    private func resumeWriting() {
        isWaitingToWrite = false
        loop.watch(number, anewFor: .readable)
        if codec != nil { flushSecurely() } else { write() }
    }

    private func read() {
        if codec != nil { return readSecurely() }
        guard partial.isEmpty else { return readOn() }
        let transfer = unsafe socket?.read(into: loop.input) ?? .ended
        guard case .bytes(let count) = transfer else { return check(transfer) }
        let bytes = unsafe Span<UInt8>(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: loop.input[..<count])
        )
        do throws(RESPError) {
            let used = try handler?.connectionReceived(bytes) ?? count
            // A handler may close the connection, and then nothing is left to wait for.
            if used < count, isOpen { partial.append(bytes.extracting(droppingFirst: used)) }
        } catch {
            end(.notRESP)
        }
    }

    private func readOn() {
        var transfer = Socket.Transfer.ended
        unsafe partial.append(room: Self.partialRoom) { memory in
            transfer = unsafe socket?.read(into: memory) ?? .ended
            if case .bytes(let count) = transfer { return count }
            return 0
        }
        guard case .bytes = transfer else { return check(transfer) }
        handPartialOver()
    }

    private func handPartialOver() {
        // A handler may close the connection, which forgets the bytes that it is looking at.
        var held = ByteQueue()
        swap(&held, &partial)
        do throws(RESPError) {
            let used = try handler?.connectionReceived(held.bytes) ?? held.count
            guard isOpen else { return }
            held.removeFirst(used)
            swap(&held, &partial)
        } catch {
            end(.notRESP)
        }
    }

    private func check(_ transfer: Socket.Transfer) {
        switch transfer {
        case .bytes, .wouldBlock: return
        case .ended, .failed: if socket != nil { end(.lost) }
        }
    }

    /// The socket is gone, and the handler is told.
    private func end(_ end: ConnectionEnd) {
        close()
        handler?.connectionEnded(end)
    }

    private func drop() {
        isWaitingToWrite = false
        isShakingHands = false
        codec = nil
        guard let old = socket.take() else { return }
        loop.unwatch(number)
        old.discard()
    }

    // MARK: - Secured connections

    private var isShakingHands = false

    private func shakeHands() {
        codec?.begin()
        flushSecurely()
    }

    /// Encrypts what has gathered, and writes what was encrypted.
    private func flushSecurely() {
        guard let codec, isOpen || isShakingHands else { return }
        if isOpen, !output.isEmpty {
            codec.encrypt(output.bytes)
            output.removeAll()
        }
        guard !isWaitingToWrite else { return }
        while codec.hasCiphertext {
            switch codec.writeCiphertext({ socket?.write($0) ?? .ended }) {
            case .bytes: continue
            case .wouldBlock:
                isWaitingToWrite = true
                return loop.watch(number, anewFor: [.readable, .writable])
            case .failed, .ended: return
            }
        }
    }

    private func readSecurely() {
        guard let codec else { return }
        var transfer = Socket.Transfer.ended
        var isSound = true
        transfer = unsafe socket?.read(into: loop.input) ?? .ended
        if case .bytes(let count) = transfer {
            let bytes = unsafe Span<UInt8>(
                _unsafeBytes: UnsafeRawBufferPointer(rebasing: loop.input[..<count])
            )
            isSound = codec.decrypt(bytes, into: &partial)
        }
        flushSecurely()
        if isSound, isShakingHands, codec.isReady {
            isShakingHands = false
            opened()
        }
        if isOpen, !partial.isEmpty { handPartialOver() }
        guard socket != nil else { return }
        guard isSound else { return end(codec.problem.map(ConnectionEnd.insecure) ?? .lost) }
        if isShakingHands, transfer.isEnd {
            return end(.insecure(Self.noHandshake))
        }
        check(transfer)
    }

    private static let noHandshake =
        "the server does not answer a TLS handshake: does it speak TLS?"
}
