import Foundation
import Testing

/// One run of `ordeal`, as a user would start it.
struct Command {
    var output: String
    var errors: String
    var code: Int32

    /// Where the executables of this build are: beside the one that runs the tests.
    static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path

    static let checkout: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(4)
        return parts.joined(separator: "/")
    }()

    /// Starts `ordeal` in the checkout without waiting for its end.
    static func start(
        _ arguments: [String],
        program: String = "ordeal",
        output: Any? = FileHandle.nullDevice,
        errors: Any? = FileHandle.nullDevice
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(folder)/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: checkout)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return process
    }

    /// Runs `ordeal` to its end; both streams go through files, so that neither can fill a pipe.
    static func run(_ arguments: String...) throws -> Command { try run(arguments) }

    static func run(_ arguments: [String], program: String = "ordeal") throws -> Command {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try ["out", "err"].map { name in
            let path = "\(folder)/\(name)"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            return (path, try FileHandle(forWritingTo: URL(fileURLWithPath: path)))
        }
        let process = try start(
            arguments,
            program: program,
            output: files[0].1,
            errors: files[1].1
        )
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOfFile: $0.0, encoding: .utf8) }
        return Command(output: texts[0], errors: texts[1], code: process.terminationStatus)
    }
}

func temporaryFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "ordeal-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
}

/// Calls `body` with the path of a plan with this text and of a folder for results.
func withPlan(_ text: String, _ body: (_ plan: String, _ results: String) throws -> Void) throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let plan = "\(folder)/plan.yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: plan))
    try body(plan, "\(folder)/results")
}
