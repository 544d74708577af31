import Consistency
import Foundation
import Histories
import Testing

/// Other suites' histories with the verdicts that they recorded for them.
///
/// They stand beside the checkout, in `../shared/conformance` or where `ORDEAL_CONFORMANCE` says;
/// where they do not, nothing is tested.
@Suite struct ConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var arguments: [String]
        var exitCode: Int
        var testDescription: String { "\(file) \(arguments.joined(separator: " "))" }
    }

    private static let folder: String? = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        let checkout = parts.joined(separator: "/")
        let places =
            [ProcessInfo.processInfo.environment["ORDEAL_CONFORMANCE"]].compactMap { $0 } + [
                "\(checkout)/../shared/conformance", "\(checkout)/../../shared/conformance",
            ]
        return places.map { "\($0)/histories" }
            .first { FileManager.default.fileExists(atPath: "\($0)/manifest.tsv") }
    }()

    static let cases: [Case] = {
        guard let folder,
            let manifest = try? String(contentsOfFile: "\(folder)/manifest.tsv", encoding: .utf8)
        else { return [] }
        return manifest.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 3, let exitCode = Int(fields[2]) else { return nil }
            return Case(
                file: String(fields[0]),
                arguments: fields[1].split(separator: " ").map(String.init),
                exitCode: exitCode
            )
        }
    }()

    @Test(
        .enabled(
            if: folder != nil,
            "no ../shared/conformance/histories, and ORDEAL_CONFORMANCE is unset"
        ),
        arguments: cases
    )
    func `a recorded verdict is ours too`(recorded: Case) throws {
        let check = try HistoryCheck(HistoryCheck.Words(arguments: recorded.arguments))
        let path = "\(try #require(Self.folder))/\(recorded.file)"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var input = HistoryInput(MemorySource(Array(bytes)))
        let format = try #require(check.format)
        let (history, options) = try check.read(&input, as: format)
        let conclusion = check.model.check(history, options)
        let exitCode = ExitCode(verdict: conclusion.verdict, gatesPassed: true)
        #expect(exitCode.rawValue == recorded.exitCode, "\(conclusion.verdict)")
        if exitCode == .correctnessViolation {
            let example = try #require(conclusion.counterexamples.first)
            #expect((1...8).contains(example.lines.count), "\(example.lines)")
        }
    }

    @Test(.enabled(if: folder != nil, "no ../shared/conformance/histories"))
    func `every recorded history shows its format`() throws {
        let folder = try #require(Self.folder)
        for recorded in Self.cases {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(recorded.file)"))
            let head = Array(bytes.prefix(4096))
            let format = historyFormats.first { $0.recognizes(path: recorded.file, head: head) }
            #expect(recorded.arguments.contains(format?.name ?? "none"), "\(recorded.file)")
        }
    }
}
