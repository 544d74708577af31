import Foundation
import Testing

/// `ordeal toy-server` as a process of its own, which can be killed.
final class ToyProcess {
    let port: Int
    let counter: String
    private let process = Process()
    /// Its end is the server's.
    private let input = Pipe()

    init(counter: String, port wanted: Int = 0, _ options: [String] = []) throws {
        self.counter = counter
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "\(Command.folder)/ordeal")
        process.arguments =
            ["toy-server", "--counter", counter, "--port", "\(wanted)"] + options
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var text = ""
        while !text.contains("\n") {
            let some = output.fileHandleForReading.availableData
            guard !some.isEmpty else { break }
            text += String(decoding: some, as: UTF8.self)
        }
        let digits = text.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        port = try #require(Int(digits), "\(text)")
    }

    static func with(
        _ options: String...,
        body: (_ toy: ToyProcess, _ folder: String) throws -> Void
    ) throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let toy = try ToyProcess(counter: "\(folder)/executed", options)
        defer { toy.end() }
        try body(toy, folder)
    }

    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    static func executed(_ counter: String) -> Int {
        guard let data = FileManager.default.contents(atPath: counter), data.count >= 8 else {
            return 0
        }
        return Int(data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
