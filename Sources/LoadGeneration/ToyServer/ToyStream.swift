internal import CSystemCalls
internal import RESP
internal import Sockets

/// The bytes of one connection, both ways.
@safe struct ToyStream: ~Copyable {
    private var input = ByteQueue()
    private var output = ByteQueue()
    private var decoder = CommandDecoder()

    private static let readSize = 16 << 10
    /// EAGAIN.
    private static let wouldBlock = -11

    enum Transfer {
        case done, wouldBlock, ended
    }

    /// One command: its name in capitals, and how many words it has.
    struct Command {
        var name: String
        var words: Int
    }

    var hasOutput: Bool { !output.isEmpty }

    mutating func write(_ text: String) {
        output.append(Array(text.utf8).span)
    }

    mutating func flush(to file: Int32) -> Transfer {
        while !output.isEmpty {
            let count = unsafe output.bytes.withUnsafeBytes { memory in
                unsafe ordeal_socket_write(file, memory.baseAddress, memory.count)
            }
            guard count > 0 else { return count == Self.wouldBlock ? .wouldBlock : .ended }
            output.removeFirst(count)
        }
        return .done
    }

    mutating func read(from file: Int32) -> Transfer {
        var count = 0
        unsafe input.append(room: Self.readSize) { memory in
            count = unsafe ordeal_socket_read(file, memory.baseAddress, memory.count)
            return max(0, count)
        }
        if count == Self.wouldBlock { return .wouldBlock }
        return count > 0 ? .done : .ended
    }

    /// The commands that are there whole.
    mutating func takeCommands() throws(RESPError) -> [Command] {
        var decoder = decoder
        let (commands, end) = try Self.commands(in: input.bytes, &decoder)
        self.decoder = decoder
        input.removeFirst(end)
        return commands
    }

    private static func commands(
        in bytes: Span<UInt8>,
        _ decoder: inout CommandDecoder
    ) throws(RESPError) -> ([Command], end: Int) {
        var commands: [Command] = []
        var start = 0
        while let end = try decoder.decode(bytes, from: start) {
            if let command = command(in: bytes, from: start, decoder) { commands.append(command) }
            start = end
        }
        return (commands, start)
    }

    private static func command(
        in bytes: Span<UInt8>,
        from start: Int,
        _ decoder: CommandDecoder
    ) -> Command? {
        let command = decoder.command(in: bytes, from: start)
        guard command.count > 0 else { return nil }
        return Command(name: Self.capitals(command[0]), words: command.count)
    }

    private static func capitals(_ word: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        for index in 0..<min(word.count, 16) {
            let isSmall = (0x61...0x7a).contains(word[index])
            bytes.append(isSmall ? word[index] - 0x20 : word[index])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
