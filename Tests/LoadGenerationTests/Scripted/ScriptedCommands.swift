import NIOCore
import RESP
import Topology

@testable import LoadGeneration

/// What a scripted node knows beyond GET and SET: counters, lists, compare-and-set, transactions.
extension ScriptedNode.State {
    /// Nil for a command that is none of these.
    mutating func word(_ name: String, _ arguments: [[UInt8]]) -> RESPValue? {
        let key = arguments.count > 1 ? String(decoding: arguments[1], as: UTF8.self) : ""
        switch name {
        case "INCRBY", "DECRBY":
            let text = String(decoding: arguments[2], as: UTF8.self)
            let amount = (Int(text) ?? 0) * (name == "INCRBY" ? 1 : -1)
            let held = store[key].flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
            store[key] = Array(String(held + amount).utf8)
            return .integer(held + amount)
        case "RPUSH":
            lists[key, default: []] += arguments[2...]
            return .integer(lists[key]?.count ?? 0)
        case "LRANGE": return .array((lists[key] ?? []).map { .bulk($0) })
        case "GET": return store[key].map { .bulk($0) } ?? .null
        case "SET":
            if arguments.count > 4, store[key] != arguments[4] { return .null }
            store[key] = arguments[2]
            return .simpleString("OK")
        default: return nil
        }
    }
}

extension ByteBuffer {
    mutating func write(_ value: RESPValue) {
        switch value {
        case .simpleString(let text): writeString("+\(text)\r\n")
        case .error(let message): writeError(message)
        case .integer(let number): writeRESPInteger(number)
        case .bulk(let bytes): writeBulk(bytes.span)
        case .array(let elements):
            writeString("*\(elements.count)\r\n")
            for element in elements { write(element) }
        default: writeNull(.two)
        }
    }
}
