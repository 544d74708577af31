package import NIOCore
package import Topology

/// How messages lie on a link between two nodes: length (4 bytes), kind (1), body; all integers are
/// little-endian.
package enum PeerFrame {
    /// Bytes in front of a body.
    package static let headerBytes = 5
    /// One entry may be as long as a client's longest value; nothing is longer than that.
    package static let bodyLimitBytes = 72 << 20

    /// What a frame may carry; the first of a connection is a greeting, and only that.
    package enum Kind: UInt8 {
        case greeting = 1
        case poll = 2
        case pollAnswer = 3
        case appends = 4
        case appendAnswers = 5
        case snapshot = 6
        case snapshotAnswer = 7
        case recover = 8
        case recoverAnswers = 9
        case read = 10
        case readAnswer = 11
    }

    /// Writes a frame around what `body` writes.
    static func write(_ kind: Kind, into buffer: inout ByteBuffer, body: (inout ByteBuffer) -> Void)
    {
        let start = buffer.writerIndex
        buffer.writeInteger(UInt32(0), endianness: .little)
        buffer.writeInteger(kind.rawValue)
        body(&buffer)
        let length = UInt32(buffer.writerIndex - start - headerBytes)
        buffer.setInteger(length, at: start, endianness: .little)
    }

    /// Takes the next whole frame off the buffer; nil while it is not all there.
    package static func next(
        in buffer: inout ByteBuffer
    ) throws(PeerCodecError) -> (kind: Kind, body: ByteBuffer)? {
        guard
            let length = buffer.getInteger(
                at: buffer.readerIndex,
                endianness: .little,
                as: UInt32.self
            ), buffer.readableBytes >= headerBytes
        else { return nil }
        guard length <= bodyLimitBytes else { throw .tooLong(byteCount: Int(length)) }
        let number: UInt8 = buffer.getInteger(at: buffer.readerIndex + 4) ?? 0
        guard let kind = Kind(rawValue: number) else { throw .unknownKind(number) }
        guard buffer.readableBytes >= headerBytes + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: headerBytes)
        guard let body = buffer.readSlice(length: Int(length)) else { throw .malformed(kind) }
        return (kind, body)
    }
}

/// Why a link cannot be read any further: it breaks.
package enum PeerCodecError: Error, Equatable, CustomStringConvertible {
    case tooLong(byteCount: Int)
    case unknownKind(UInt8)
    case malformed(PeerFrame.Kind)
    case unexpected(PeerFrame.Kind)
    case refused(String)

    package var description: String {
        switch self {
        case .tooLong(let byteCount): "a frame of \(byteCount) bytes is longer than any may be"
        case .unknownKind(let number): "frame kind \(number) is unknown"
        case .malformed(let kind): "a frame of kind \(kind) makes no sense"
        case .unexpected(let kind): "a frame of kind \(kind) has no place here"
        case .refused(let reason): reason
        }
    }
}

/// The first thing that either side of a link says: who it is.
package struct PeerGreeting: Equatable {
    /// The protocol this build speaks, and the only one it understands: version 1 knew neither lists
    /// nor transactions, version 2 no chains, version 3 not what a link of one holds itself.
    package static let currentVersion: UInt16 = 4
    private static let magic: UInt32 = 0x4c45_454b

    package var version = Self.currentVersion
    /// `none` before the node has seen a map.
    package var cluster: ClusterID
    package var node: NodeID
    package var boot: BootID
    package var copy: CopyID

    package func encode(into buffer: inout ByteBuffer) {
        PeerFrame.write(.greeting, into: &buffer) { buffer in
            buffer.writeInteger(Self.magic, endianness: .little)
            buffer.writeInteger(version, endianness: .little)
            buffer.writeInteger(cluster.value, endianness: .little)
            buffer.writeInteger(node.value, endianness: .little)
            buffer.writeInteger(boot.value, endianness: .little)
            buffer.writeInteger(copy.value, endianness: .little)
        }
    }

    /// Reads a greeting's body; a greeting of another version says no more than that.
    package init(body: ByteBuffer) throws(PeerCodecError) {
        var body = body
        guard body.readInteger(endianness: .little, as: UInt32.self) == Self.magic,
            let version = body.readInteger(endianness: .little, as: UInt16.self)
        else { throw .malformed(.greeting) }
        guard version == Self.currentVersion else {
            throw .refused(
                "it speaks version \(version) of the link's protocol, not \(Self.currentVersion)"
            )
        }
        guard let cluster = body.readInteger(endianness: .little, as: UInt64.self),
            let node = body.readInteger(endianness: .little, as: UInt16.self),
            let boot = body.readInteger(endianness: .little, as: UInt64.self),
            let copy = body.readInteger(endianness: .little, as: UInt64.self),
            body.readableBytes == 0
        else { throw .malformed(.greeting) }
        self.version = version
        self.cluster = ClusterID(cluster)
        self.node = NodeID(node)
        self.boot = BootID(boot)
        self.copy = CopyID(copy)
    }

    package init(cluster: ClusterID, node: NodeID, boot: BootID, copy: CopyID) {
        self.cluster = cluster
        self.node = node
        self.boot = boot
        self.copy = copy
    }
}
