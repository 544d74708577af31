package import Coordination
package import Topology

/// What a node and its coordinator say to each other.
///
/// A frame is a length (4 bytes), a kind (1) and a body; all integers are little-endian.
package enum CoordinatorMessage: Equatable {
    /// The first of a connection, from the node: the version of the protocol, and who it is.
    case greeting(version: UInt16, NodeID)
    /// Every 40 ms, from the node; the number comes back.
    case heartbeat(UInt64, NodeStatus)
    case heartbeatAnswer(UInt64)
    case proposal(ShardProposal)
    case map(ClusterMap)
    /// The last of a connection, from the coordinator: why the node is turned away, and whether
    /// asking again can change that.
    case refusal(String, isFinal: Bool)
    /// Which shards stay unavailable and why, whenever that becomes another.
    case unavailable([UnavailableShards])
    /// From an operator, in place of a greeting: the version of the protocol, and what to do.
    case admin(version: UInt16, AdminCommand)
    case adminAnswer(AdminAnswer)

    /// The protocol this build speaks, and the only one it understands.
    package static let version: UInt16 = 3
    /// The largest map: 16,384 shards of seven replicas.
    package static let frameLimitBytes = 4 << 20

    /// The message as a whole frame.
    package func encoded() -> [UInt8] {
        var body = ByteWriter()
        switch self {
        case .greeting(let version, let node):
            body.write(Self.magic)
            body.write(version)
            body.write(node.value)
        case .heartbeat(let number, let status):
            body.write(number)
            status.encode(into: &body)
        case .heartbeatAnswer(let number): body.write(number)
        case .proposal(let proposal): proposal.encode(into: &body)
        case .map(let map): body.bytes = map.encoded()
        case .refusal(let reason, let isFinal):
            body.write(reason)
            body.write(isFinal)
        case .admin(let version, let command):
            body.write(Self.magic)
            body.write(version)
            command.encode(into: &body)
        case .adminAnswer(let answer): answer.encode(into: &body)
        case .unavailable(let groups):
            body.write(UInt16(groups.count))
            for group in groups { group.encode(into: &body) }
        }
        var frame = ByteWriter()
        frame.write(UInt32(body.bytes.count))
        frame.write(kind)
        frame.bytes += body.bytes
        return frame.bytes
    }

    private static let magic: UInt32 = 0x4f43_454b

    private var kind: UInt8 {
        switch self {
        case .greeting: 1
        case .heartbeat: 2
        case .heartbeatAnswer: 3
        case .proposal: 4
        case .map: 5
        case .refusal: 6
        case .admin: 7
        case .adminAnswer: 8
        case .unavailable: 9
        }
    }

    /// Nil where the body is no message of this kind.
    fileprivate init?(kind: UInt8, body: [UInt8]) {
        if kind == 5 {
            guard let map = ClusterMap(encoded: body) else { return nil }
            self = .map(map)
            return
        }
        var reader = ByteReader(body)
        switch kind {
        case 1:
            guard reader.read(UInt32.self) == Self.magic, let version = reader.read(UInt16.self),
                let node = reader.read(UInt16.self)
            else { return nil }
            self = .greeting(version: version, NodeID(node))
        case 2:
            guard let number = reader.read(UInt64.self), let status = NodeStatus(from: &reader)
            else { return nil }
            self = .heartbeat(number, status)
        case 3:
            guard let number = reader.read(UInt64.self) else { return nil }
            self = .heartbeatAnswer(number)
        case 4:
            guard let proposal = ShardProposal(from: &reader) else { return nil }
            self = .proposal(proposal)
        case 6:
            guard let reason = reader.readString(), let isFinal = reader.readBool() else {
                return nil
            }
            self = .refusal(reason, isFinal: isFinal)
        case 7:
            guard reader.read(UInt32.self) == Self.magic, let version = reader.read(UInt16.self),
                let command = AdminCommand(from: &reader)
            else { return nil }
            self = .admin(version: version, command)
        case 8:
            guard let answer = AdminAnswer(from: &reader) else { return nil }
            self = .adminAnswer(answer)
        case 9:
            guard let groups = reader.readList({ UnavailableShards(from: &$0) }) else { return nil }
            self = .unavailable(groups)
        default: return nil
        }
        guard reader.remaining == 0 else { return nil }
    }
}

/// Gathers bytes of a connection until they are whole messages.
package struct CoordinatorMessageReader {
    private var bytes: [UInt8] = []
    private var offset = 0

    /// The connection cannot be read any further.
    package struct Malformed: Error, Equatable {}

    package init() {}

    package mutating func append(_ more: some Sequence<UInt8>) {
        if offset > 0 {
            bytes.removeSubrange(..<offset)
            offset = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole message; nil while it is not all there.
    package mutating func next() throws(Malformed) -> CoordinatorMessage? {
        guard bytes.count - offset >= 5 else { return nil }
        var header = ByteReader(Array(bytes[offset..<offset + 5]))
        guard let length = header.read(UInt32.self), let kind = header.read(UInt8.self),
            length <= CoordinatorMessage.frameLimitBytes
        else { throw Malformed() }
        let start = offset + 5
        guard bytes.count - start >= Int(length) else { return nil }
        offset = start + Int(length)
        guard let message = CoordinatorMessage(kind: kind, body: Array(bytes[start..<offset]))
        else {
            throw Malformed()
        }
        return message
    }
}
