import Foundation
import NIOCore
import RESP
import Topology

@testable import LoadGeneration

/// The server's side of one connection to a scripted node.
final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let node: () -> ScriptedNode?
    private let isOld: Bool
    private var received = ByteBuffer()
    /// Commands that came while the node was paused; their answers come later, in order.
    private var waiting: [[[UInt8]]] = []
    /// Between MULTI and EXEC.
    private var queued: [[[UInt8]]]?

    init(node: @escaping () -> ScriptedNode?) {
        self.node = node
        isOld = node()?.with { $0.mode != .forgetful } ?? true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        while let command = nextCommand() { take(command, context: context) }
        context.flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if (error as? IOError)?.errnoCode == ECONNRESET { node()?.with { $0.resets += 1 } }
        context.close(promise: nil)
    }

    private func nextCommand() -> [[UInt8]]? {
        var decoder = CommandDecoder()
        let received = received
        let span = received.readableBytesUInt8Span
        guard let end = try? decoder.decode(span, from: 0) else { return nil }
        let command = decoder.command(in: span, from: 0)
        var arguments: [[UInt8]] = []
        for index in 0..<command.count { arguments.append(command[index].array) }
        self.received.moveReaderIndex(forwardBy: end)
        return arguments
    }

    private func take(_ command: [[UInt8]], context: ChannelHandlerContext) {
        guard let node = node() else { return context.close(promise: nil) }
        if isOld, node.with({ $0.mode == .forgetful }) { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let isPaused = node.with { state in
            guard state.mode == .paused else { return false }
            state.pausedUntilResumed.append { loop.execute { bound.value.0.resume(bound.value.1) } }
            return true
        }
        if isPaused || !waiting.isEmpty {
            waiting.append(command)
        } else {
            answer(command, node: node, context: context)
        }
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard let node = node() else { return }
        let commands = waiting
        waiting = []
        for command in commands { answer(command, node: node, context: context) }
        context.flush()
    }

    private func answer(
        _ command: [[UInt8]],
        node: ScriptedNode,
        context: ChannelHandlerContext
    ) {
        let text = command.map { String(decoding: $0, as: UTF8.self) }
        let name = text[0].uppercased()
        let queued = queued
        let reply = node.with { state -> ByteBuffer? in
            state.commands[name, default: 0] += 1
            if let queued, name == "EXEC" { return state.execute(queued) }
            return state.reply(to: name, text, command, isQueued: queued != nil)
        }
        if name == "MULTI" {
            self.queued = []
        } else if name == "EXEC" {
            self.queued = nil
        } else {
            self.queued?.append(command)
        }
        guard let reply else { return context.close(promise: nil) }
        context.write(wrapOutboundOut(reply), promise: nil)
    }
}

extension ScriptedNode.State {
    /// Nil closes the connection.
    mutating func reply(
        to name: String,
        _ arguments: [String],
        _ command: [[UInt8]],
        isQueued: Bool
    ) -> ByteBuffer? {
        var reply = ByteBuffer()
        switch name {
        case "CLUSTER": writeMap(to: &reply)
        case "READONLY": reply.writeSimpleString("OK")
        case "PING": reply.writeSimpleString("PONG")
        case "ASKING": reply.writeSimpleString("OK")
        case "AUTH":
            if arguments.last == password {
                reply.writeSimpleString("OK")
            } else {
                reply.writeError("WRONGPASS invalid username-password pair")
            }
        case "SENTINEL":
            if let primary {
                reply.write(.array([.bulk(Array(primary.host.utf8)), .bulk(primary.port.digits)]))
            } else {
                reply.writeNull(.two)
            }
        case "MULTI": reply.writeSimpleString("OK")
        case "GET", "SET", "INCRBY", "DECRBY", "RPUSH", "LRANGE":
            let slot = KeySlot.slot(of: arguments[1])
            if case .error(let message) = mode {
                reply.writeError(message)
            } else if !serves.contains(slot) {
                let target = map.first { $0.slots.contains(slot) }?.primary
                reply.writeError("MOVED \(slot) \(target.map { "\($0)" } ?? ":0")")
            } else if isQueued {
                reply.writeSimpleString("QUEUED")
            } else if let answer = word(name, command) {
                if mode == .closing, name != "GET" { return nil }
                reply.write(answer)
            }
        default: reply.writeError("ERR unknown command '\(name)'")
        }
        return reply
    }

    /// All of them, or none if one of them was refused when it came.
    mutating func execute(_ commands: [[[UInt8]]]) -> ByteBuffer? {
        var reply = ByteBuffer()
        if mode != .serving {
            reply.writeError("EXECABORT Transaction discarded because of previous errors.")
            return reply
        }
        var answers: [RESPValue] = []
        for command in commands {
            let name = String(decoding: command[0], as: UTF8.self)
            if let answer = word(name, command) { answers.append(answer) }
        }
        reply.write(.array(answers))
        return reply
    }

    private func writeMap(to reply: inout ByteBuffer) {
        reply.writeString("*\(map.count)\r\n")
        for range in map {
            let nodes = [range.primary] + range.replicas
            reply.writeString("*\(nodes.count + 2)\r\n")
            reply.writeRESPInteger(range.slots.lowerBound)
            reply.writeRESPInteger(range.slots.upperBound)
            for node in nodes {
                reply.writeString("*3\r\n")
                reply.writeBulk(node.host)
                reply.writeRESPInteger(node.port)
                reply.writeBulk("id-\(node.port)")
            }
        }
    }
}

extension Int {
    fileprivate var digits: [UInt8] { Array(String(self).utf8) }
}
