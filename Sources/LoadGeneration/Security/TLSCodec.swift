internal import Foundation
internal import NIOCore
internal import NIOEmbedded
internal import NIOSSL
internal import NIOTLS
internal import Sockets

/// One connection's TLS: swift-nio's handler in a channel without a socket.
final class TLSCodec: ConnectionCodec {
    private let channel = EmbeddedChannel()
    private let handler: NIOSSLClientHandler
    private let watcher = TLSWatcher()
    private let name: String
    private var ciphertext = ByteQueue()

    private let address: SocketAddress?

    /// - Parameter address: What the server's certificate must be for where no name was asked for.
    init(_ handler: NIOSSLClientHandler, to address: SocketAddress?, named name: String) {
        self.handler = handler
        self.name = name
        // A certificate for an address is nothing to who asked for a name: no certificate is for a
        // file.
        self.address = address ?? (try? SocketAddress(unixDomainSocketPath: "/"))
        // A channel that was just made takes any handler.
        _ = try? channel.pipeline.syncOperations.addHandlers([handler, watcher])
    }

    /// Without a farewell, which would wait for the other end's.
    deinit {
        channel._channelCore.close0(error: ChannelError.eof, mode: .all, promise: nil)
        channel.embeddedEventLoop.run()
    }

    func begin() {
        guard let address else { return }
        channel.connect(to: address, promise: nil)
        collect()
    }

    var isReady: Bool { watcher.isReady }

    var problem: String? { watcher.error.map(describe) }

    func encrypt(_ bytes: Span<UInt8>) {
        var buffer = channel.allocator.buffer(capacity: bytes.count)
        unsafe bytes.withUnsafeBytes { bytes in _ = unsafe buffer.writeBytes(bytes) }
        channel.writeAndFlush(buffer, promise: nil)
        collect()
    }

    func decrypt(_ bytes: Span<UInt8>, into plain: inout ByteQueue) -> Bool {
        var buffer = channel.allocator.buffer(capacity: bytes.count)
        unsafe bytes.withUnsafeBytes { bytes in _ = unsafe buffer.writeBytes(bytes) }
        let isTaken = (try? channel.writeInbound(buffer)) != nil
        channel.embeddedEventLoop.run()
        collect()
        while let readable = try? channel.readInbound(as: ByteBuffer.self) {
            plain.append(readable.readableBytesUInt8Span)
        }
        return isTaken && watcher.error == nil
    }

    var hasCiphertext: Bool { !ciphertext.isEmpty }

    func writeCiphertext(_ write: (Span<UInt8>) -> Socket.Transfer) -> Socket.Transfer {
        let transfer = write(ciphertext.bytes)
        if case .bytes(let count) = transfer { ciphertext.removeFirst(count) }
        return transfer
    }

    private func collect() {
        while let encrypted = try? channel.readOutbound(as: ByteBuffer.self) {
            ciphertext.append(encrypted.readableBytesUInt8Span)
        }
    }

    /// In the words of who has to mend it.
    private func describe(_ error: any Error) -> String {
        let text = "\(error)"
        if error as? NIOSSLExtraError == .failedToValidateHostname {
            return "the server's certificate is not for \"\(name)\""
        }
        guard text.contains("CERTIFICATE_VERIFY_FAILED") else {
            if text.contains("WRONG_VERSION_NUMBER") { return "the server does not speak TLS" }
            if text.contains("CERTIFICATE_REQUIRED") || text.contains("HANDSHAKE_FAILURE") {
                return "the server wants a certificate of the client that it knows"
            }
            return "the TLS handshake failed: \(text)"
        }
        let now = Int(Date().timeIntervalSince1970)
        guard let certificate = handler.peerCertificate else {
            return Self.unvouched
        }
        if Int(certificate.notValidAfter) < now {
            return "the server's certificate has expired"
        }
        if Int(certificate.notValidBefore) > now {
            return "the server's certificate is not valid yet"
        }
        return Self.unvouched
    }

    private static let unvouched =
        "nobody who is believed vouches for the server's certificate; name its authority's file"
}

/// Sees when the handshake is done, and what went wrong.
private final class TLSWatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private(set) var isReady = false
    private(set) var error: (any Error)?

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event { isReady = true }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.error == nil { self.error = error }
    }
}
