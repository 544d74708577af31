import Foundation
import Testing

/// `chaos/mixed-soak` with a program in place of `ordeal` that ends as it is told.
@Suite struct MixedSoakTests {
    /// Runs the script; the runs end with these codes, and then with 4.
    private func soak(
        _ codes: [Int],
        _ arguments: String...
    ) throws -> (code: Int32, text: String) {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let program = "\(folder)/ordeal"
        let script = """
            #!/bin/sh
            read -r code < \(folder)/codes || code=4
            sed -i 1d \(folder)/codes
            exit "$code"

            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        try Data(codes.map { "\($0)\n" }.joined().utf8)
            .write(to: URL(fileURLWithPath: "\(folder)/codes"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Command.checkout)/chaos/mixed-soak")
        process.arguments = ["--ordeal", program, "--keep", "\(folder)/kept"] + arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func `seeds are drawn until enough runs counted`() throws {
        let (code, text) = try soak([4, 0, 3, 0, 2], "--counted", "3")
        #expect(code == 0, "\(text)")
        #expect(text.contains("seed 5: "))
        #expect(!text.contains("seed 6: "))
        #expect(text.contains("5 runs, 3 of 3 counted"))
    }

    @Test func `too few runs that count are no success`() throws {
        let (code, text) = try soak([0, 0, 0, 0, 0, 0, 0, 0, 0], "--counted", "10")
        #expect(code == 3, "\(text)")
        #expect(text.contains("20 runs, 9 of 10 counted"))
    }

    @Test func `a broken promise is told, and its seed can be run alone`() throws {
        #expect(try soak([0, 1, 0], "--counted", "3").code == 1)
        let (code, text) = try soak([1, 0], "--seeds", "7..7")
        #expect(code == 1, "\(text)")
        #expect(text.contains("chaos/mixed-soak --seeds 7..7"))
        #expect(!text.contains("seed 8: "))
        #expect(try soak([4], "--seeds", "7..7").code == 3)
    }
}
