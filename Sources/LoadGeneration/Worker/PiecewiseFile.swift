internal import Foundation
internal import Histories

/// A file that is written piece by piece: megabytes of it need no memory but their own.
struct PiecewiseFile: ~Copyable {
    private let file: FileHandle
    private var piece = LittleEndianWriter()

    private static let pieceSize = 1 << 16

    /// Takes the place of a file that is there already.
    init(at path: String, magic: [UInt8]) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        piece.write(bytes: magic)
    }

    deinit { try? file.close() }

    mutating func write(_ number: UInt64) throws {
        piece.write(number)
        if piece.bytes.count >= Self.pieceSize { try writePiece() }
    }

    mutating func write(_ bytes: some Sequence<UInt8>) throws {
        piece.write(bytes: bytes)
        if piece.bytes.count >= Self.pieceSize { try writePiece() }
    }

    consuming func finish() throws {
        try writePiece()
    }

    private mutating func writePiece() throws {
        try file.write(contentsOf: Data(piece.bytes))
        piece.empty()
    }
}
