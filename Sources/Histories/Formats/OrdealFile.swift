/// Ordeal's own file: everything that was recorded, in a tenth of the space.
public enum OrdealFile: HistoryFormat {
    public static let name = "ordeal"
    public static let summary = "what ordeal records: binary, checksummed, readable after a crash"

    public static func recognizes(path: String, head: [UInt8]) -> Bool {
        head.starts(with: Array("ORDLHIS1".utf8))
    }

    public static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        var reader = HistoryFileReader()
        var part = 0
        repeat {
            part += 1
            let bytes = try input.wholeFile { $0.count < 8 || recognizes(path: "", head: $0) }
            do throws(HistoryFile.Failure) {
                try reader.add(bytes)
            } catch {
                throw HistoryProblem(
                    .damaged("part \(part): \(error.reason)"),
                    at: HistoryProblem.Position(
                        line: 1,
                        column: error.position + 1,
                        byte: error.position
                    )
                )
            }
        } while try input.nextPart()
        let recording = reader.finish()
        for (index, ending) in recording.endings.enumerated() {
            switch ending {
            case .whole: continue
            case .cut: input.notes.append("part \(index + 1) had reached its largest size")
            case .torn(let position):
                input.notes.append("part \(index + 1) ends too early, at byte \(position)")
            }
        }
        return recording.history
    }

    public static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        try output.write(HistoryFile.encode(history))
    }
}

extension HistoryFile.Failure.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAHistory: "not a file that ordeal recorded"
        case .unsupportedVersion(let version): "version \(version), which this ordeal cannot read"
        case .damagedHeader: "a damaged header"
        case .unknownEvent(let tag): "an unknown event \(tag)"
        case .malformedEvent: "an event that is not whole"
        case .undefinedKey(let number): "key \(number), which was never named"
        case .undefinedText(let number): "text \(number), which was never named"
        case .completionWithoutInvocation(let process):
            "process \(process) completes what it never invoked"
        case .invocationWhileBusy(let process):
            "process \(process) invokes while its last operation is open"
        case .answerToSomethingElse(let process):
            "process \(process) completes another operation than it invoked"
        case .timeOutOfRange: "a time that is out of range"
        case .tooLarge: "more than a history can name"
        case .differentClocks: "another clock than the files before"
        }
    }
}
