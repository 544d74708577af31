internal import Coordination
internal import NIOCore
internal import Topology

/// A node's connection to the coordinator.
final class CoordinatorConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Who the node says it is; nil before its greeting.
    private(set) var node: NodeID?
    /// Its process; nil before its first heartbeat, which makes it the node's only connection.
    private(set) var boot: BootID?
    /// When its last heartbeat came.
    private(set) var heardAt = Instant.distantPast
    private let coordinator: Coordinator
    private var reader = CoordinatorMessageReader()
    private var channel: (any Channel)?

    init(coordinator: Coordinator) { self.coordinator = coordinator }

    func send(_ message: CoordinatorMessage) {
        guard let channel, channel.isActive else { return }
        channel.writeAndFlush(channel.allocator.buffer(bytes: message.encoded()), promise: nil)
    }

    func close() { channel?.close(promise: nil) }

    func channelActive(context: ChannelHandlerContext) {
        channel = context.channel
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.append(unwrapInboundIn(data).readableBytesView)
        do throws(CoordinatorMessageReader.Malformed) {
            while let message = try reader.next() {
                guard receive(message) else {
                    context.close(promise: nil)
                    return
                }
            }
        } catch {
            coordinator.note("a connection sent what makes no sense: it is closed")
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        channel = nil
        coordinator.left(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Returns false where the connection has to end.
    private func receive(_ message: CoordinatorMessage) -> Bool {
        guard let node else {
            if case .admin(let version, let command) = message {
                return ask(command, version: version)
            }
            guard case .greeting(let version, let node) = message else { return false }
            guard version == CoordinatorMessage.version else {
                coordinator.note(
                    "\(node) speaks version \(version) of the protocol, not "
                        + "\(CoordinatorMessage.version): it is turned away"
                )
                return false
            }
            guard coordinator.isMember(node) else {
                return refuse(
                    node,
                    "this cluster has no node of that number: it was never added, or has been removed",
                    isFinal: true
                )
            }
            self.node = node
            return true
        }
        switch message {
        case .heartbeat(let number, let status):
            guard status.node == node else { return false }
            if boot == nil {
                if let reason = coordinator.objection(to: node, status.boot) {
                    return refuse(node, reason, isFinal: false)
                }
                boot = status.boot
                coordinator.entered(self, node)
            }
            heardAt = coordinator.now
            coordinator.step(.heartbeat(status))
            send(.heartbeatAnswer(number))
        case .proposal(let proposal):
            guard boot != nil else { return false }
            coordinator.step(.proposal(from: node, proposal))
        case .greeting, .heartbeatAnswer, .map, .refusal, .admin, .adminAnswer, .unavailable:
            return false
        }
        return true
    }

    /// An operator's connection carries any number of commands, and says no more of itself.
    private func ask(_ command: AdminCommand, version: UInt16) -> Bool {
        guard version == CoordinatorMessage.version else {
            let text =
                "this coordinator speaks version \(CoordinatorMessage.version) of the protocol, not "
                + "\(version)"
            send(.adminAnswer(.refused(text)))
            return false
        }
        coordinator.ask(command, for: self)
        return true
    }

    private func refuse(_ node: NodeID, _ reason: String, isFinal: Bool) -> Bool {
        coordinator.turnedAway(node, reason)
        send(.refusal(reason, isFinal: isFinal))
        return false
    }
}
