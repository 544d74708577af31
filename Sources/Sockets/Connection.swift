/// Who is told what happens on a connection.
public protocol ConnectionHandler: AnyObject {
    func connectionOpened()
    /// Bytes have come; returns how many were used up, the rest is offered again with what follows.
    ///
    /// Nil says that they make no sense, which ends the connection.
    func connectionReceived(_ bytes: Span<UInt8>) -> Int?
    /// All that had to wait for the other end to read was handed to the kernel.
    func connectionDrained()
    /// It is over: by the other end, by an error, or because it never came about.
    func connectionEnded(_ end: ConnectionEnd)
}

extension ConnectionHandler {
    public func connectionDrained() {}
}

/// How a connection came to its end.
public enum ConnectionEnd: Equatable {
    /// It was never there.
    case refused(SocketFailure)
    /// It took too long to come about.
    case dialTimedOut
    case lost
    /// By this end, once the other was sent everything.
    case finished
    /// It cannot be secured, or not be believed; why, for a user.
    case insecure(String)
    /// The other end does not speak the protocol.
    case senseless
}

/// A connection that can be dialled again and again, or was accepted: a socket at a time, and what
/// waits for it.
///
/// Confined to its loop. What is written gathers in `output` until `flush`: one system call,
/// however many requests.
public final class Connection: SocketLoop.Watcher {
    /// Who gets the bytes; set once, before the first dialling.
    ///
    /// Whoever dials must outlive what is under way here; a weak reference would cost each of its uses more.
    public unowned var handler: (any ConnectionHandler)?
    public var output = ByteQueue()
    public private(set) var isOpen = false
    /// While it is false nothing is read, and the other end has to wait once the kernel's room is full.
    public var isReading = true {
        didSet {
            guard isReading != oldValue, isOpen else { return }
            loop.watch(number, anewFor: interest)
        }
    }
    /// Whether something waits for the other end to read.
    public private(set) var isWaitingToWrite = false

    private let loop: SocketLoop
    private let security: (any ConnectionSecurity)?
    private var socket: Socket?
    private var number: UInt32 = 0
    private var isWatched = false
    /// The beginning of a reply whose end has yet to come.
    private var partial = ByteQueue()
    /// Keeps an accepted connection's handler as long as there is a socket: nobody else has to.
    private var keeper: (any ConnectionHandler)?
    private var isFinishing = false
    /// Counts the diallings, so that an alarm knows which of them it belongs to.
    private var dialCount = 0
    private var codec: (any ConnectionCodec)?

    /// As much of a reply that comes in pieces is read at once.
    private static let partialRoom = 64 << 10

    public init(loop: SocketLoop, security: (any ConnectionSecurity)? = nil) {
        self.loop = loop
        self.security = security
    }

    deinit { close() }

    /// Begins to connect; the handler is told what comes of it, by `timeout` nanoseconds at the
    /// latest.
    ///
    /// A name is looked up here and now, at its first time.
    public func dial(_ host: String, _ port: Int, timeout: Int64) {
        close()
        dialCount += 1
        do throws(SocketFailure) {
            codec = try security?.codec(for: host, port: port)
            try watch(Socket.dial(NumericAddress.of(host), port), for: .writable)
        } catch {
            drop()
            // Later, so that whoever dials is never told in the middle of it.
            return tellSoon(.refused(error))
        }
        let dial = dialCount
        loop.at(monotonicNow() + timeout) {
            guard dial == self.dialCount, !self.isOpen, self.socket != nil else { return }
            self.end(self.isShakingHands ? .insecure(Self.noHandshake) : .dialTimedOut)
        }
    }

    /// Takes over a connection that was accepted, and keeps its handler until it ends.
    public func accept(
        _ new: consuming Socket,
        for handler: any ConnectionHandler
    ) throws(SocketFailure) {
        try watch(new, for: .readable)
        self.handler = handler
        keeper = handler
        opened()
    }

    private func watch(
        _ new: consuming Socket,
        for readiness: SocketLoop.Readiness
    ) throws(SocketFailure) {
        let file = new.file
        socket = consume new
        guard let number = loop.watch(file, readiness, self) else {
            drop()
            throw SocketFailure(code: SocketFailure.tooManyFiles)
        }
        self.number = number
        isWatched = true
    }

    /// Closes without telling the handler.
    ///
    /// - Parameter discards: Whether what the other end has not received is thrown away; otherwise
    ///   the kernel goes on sending what it was given.
    public func close(discards: Bool = true) {
        dialCount += 1
        isOpen = false
        isFinishing = false
        output.removeAll()
        partial.removeAll()
        drop(discards: discards)
        keeper = nil
    }

    /// Closes, and tells the handler when what goes on now is over.
    public func endSoon(discards: Bool = true) {
        guard socket != nil else { return }
        let told = handler
        close(discards: discards)
        tellSoon(.lost, told)
    }

    /// Closes once everything is handed to the kernel, which sends it, and tells the handler after that.
    public func finish() {
        guard isOpen, !isFinishing else { return }
        isFinishing = true
        flush()
        if isOpen, isFinishing, !hasOutput { finished() }
    }

    private func finished() {
        let told = handler
        close(discards: false)
        tellSoon(.finished, told)
    }

    private func tellSoon(_ end: ConnectionEnd, _ told: (any ConnectionHandler)? = nil) {
        let (dial, told) = (dialCount, told ?? handler)
        loop.at(loop.now) {
            guard dial == self.dialCount else { return }
            told?.connectionEnded(end)
        }
    }

    /// Hands bytes to the kernel, and keeps what it does not take.
    public func send(_ bytes: Span<UInt8>) {
        guard isOpen else { return }
        guard codec == nil, !isWaitingToWrite, output.isEmpty else {
            output.append(bytes)
            return flush()
        }
        let transfer = socket?.write(bytes) ?? .ended
        switch transfer {
        case .bytes(bytes.count): return
        case .bytes(let count): output.append(bytes.extracting(droppingFirst: count))
        case .wouldBlock: output.append(bytes)
        // The reading that follows says the same, once what has arrived was taken.
        case .failed, .ended: return
        }
        write()
    }

    /// Hands what has gathered to the kernel.
    public func flush() {
        if codec != nil { return flushSecurely() }
        guard isOpen, !isWaitingToWrite, !output.isEmpty else { return }
        write()
    }

    private var hasOutput: Bool { !output.isEmpty || codec?.hasCiphertext ?? false }

    private var interest: SocketLoop.Readiness {
        var interest: SocketLoop.Readiness = isReading ? .readable : []
        if isWaitingToWrite { interest.insert(.writable) }
        return interest
    }

    public func ready(_ readiness: SocketLoop.Readiness, on loop: SocketLoop) {
        guard isOpen else {
            // A secured connection is open only once its handshake is done.
            if isShakingHands, readiness.contains(.readable) { return read() }
            return dialled(readiness)
        }
        if readiness.contains(.writable), isWaitingToWrite { resumeWriting() }
        guard isOpen else { return }
        if isReading {
            if !readiness.isDisjoint(with: [.readable, .hungUp]) { read() }
        } else if readiness.contains(.hungUp) {
            end(.lost)
        }
    }

    private func dialled(_ readiness: SocketLoop.Readiness) {
        if isShakingHands {
            if readiness.contains(.writable), isWaitingToWrite { resumeWriting() }
            return
        }
        if let failure = socket?.connectFailure { return end(.refused(failure)) }
        loop.watch(number, anewFor: interest)
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
                return loop.watch(number, anewFor: interest)
            case .failed, .ended, nil:
                // The reading that follows says the same, once what has arrived was taken.
                return
            }
        }
    }

    private func resumeWriting() {
        isWaitingToWrite = false
        loop.watch(number, anewFor: interest)
        if codec != nil { flushSecurely() } else { write() }
        guard isOpen, !hasOutput else { return }
        if isFinishing { finished() } else { handler?.connectionDrained() }
    }

    private func read() {
        if codec != nil { return readSecurely() }
        guard partial.isEmpty else { return readOn() }
        let transfer = unsafe socket?.read(into: loop.input) ?? .ended
        guard case .bytes(let count) = transfer else { return check(transfer) }
        let bytes = unsafe Span<UInt8>(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: loop.input[..<count])
        )
        guard let handler else { return }
        guard let used = handler.connectionReceived(bytes) else { return end(.senseless) }
        // A handler may close the connection, and then nothing is left to wait for.
        if used < count, isOpen { partial.append(bytes.extracting(droppingFirst: used)) }
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
        guard let handler else { return }
        guard let used = handler.connectionReceived(held.bytes) else { return end(.senseless) }
        guard isOpen else { return }
        held.removeFirst(used)
        swap(&held, &partial)
    }

    private func check(_ transfer: Socket.Transfer) {
        switch transfer {
        case .bytes, .wouldBlock: return
        case .ended, .failed: if socket != nil { end(.lost) }
        }
    }

    /// The socket is gone, and the handler is told.
    private func end(_ end: ConnectionEnd) {
        let told = handler
        // Who was accepted may yet read what was answered last.
        close(discards: keeper == nil)
        told?.connectionEnded(end)
    }

    private func drop(discards: Bool = true) {
        isWaitingToWrite = false
        isShakingHands = false
        codec = nil
        guard let old = socket.take() else { return }
        if isWatched { loop.unwatch(number) }
        isWatched = false
        if discards { old.discard() }
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
                return loop.watch(number, anewFor: interest)
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
