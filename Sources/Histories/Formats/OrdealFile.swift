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
            do throws(PartStop) {
                try read(&input, into: &reader)
            } catch {
                switch error {
                case .input(let problem): throw problem
                case .failure(let failure):
                    throw HistoryProblem(
                        .damaged("part \(part): \(failure.reason)"),
                        at: HistoryProblem.Position(
                            line: 1,
                            column: failure.position + 1,
                            byte: failure.position
                        )
                    )
                }
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

    /// Why a part could not be read: its bytes, or what they say.
    private enum PartStop: Error {
        case input(HistoryProblem)
        case failure(HistoryFile.Failure)
    }

    /// One file, chunk by chunk: no more of it is in memory than one chunk.
    private static func read(
        _ input: inout HistoryInput,
        into reader: inout HistoryFileReader
    ) throws(PartStop) {
        try fill(&input, HistoryFile.headerBytes)
        do throws(HistoryFile.Failure) {
            try reader.begin(input.bytes.span)
        } catch {
            throw .failure(error)
        }
        input.start = HistoryFile.headerBytes
        while true {
            let step: HistoryFileReader.Step
            do throws(HistoryFile.Failure) {
                step = try reader.step(
                    input.bytes.span,
                    at: input.start,
                    from: input.passedBytes
                )
            } catch {
                throw .failure(error)
            }
            switch step {
            case .passed(let end): input.start = end
            case .ended(.torn(let position)):
                try refuseDamage(&input, position)
                reader.end(.torn(position: position))
                return
            case .ended(let ending):
                reader.end(ending)
                return
            case .needs(let count):
                guard try fill(&input, count) else {
                    let position = input.passedBytes + input.start
                    try refuseDamage(&input, position)
                    reader.end(.torn(position: position))
                    return
                }
            }
        }
    }

    /// How many chunks that seem to begin behind damage, and may not be whole, are read for it.
    private static let mostTried = 16

    /// A crash tears the end of a file off: where a whole chunk follows, it was something else.
    private static func refuseDamage(
        _ input: inout HistoryInput,
        _ position: Int
    ) throws(PartStop) {
        var from = input.start + 1
        var tried = 0
        while true {
            switch HistoryFileReader.soundChunk(in: input.bytes.span, from: from) {
            case .sound(let place):
                let sound = input.passedBytes + place
                throw .failure(HistoryFile.Failure(.damagedChunk(sound: sound), at: position))
            case .needs(let place, let count):
                tried += 1
                guard tried <= mostTried else { return }
                input.start = place
                // One that ends behind the file's end is not whole; another may follow it.
                from = try fill(&input, count) ? input.start : input.start + 1
            case .none:
                let kept = HistoryFile.chunkHeaderBytes - 1
                input.start = max(from, input.bytes.count - kept)
                guard try fill(&input, HistoryFile.chunkHeaderBytes) else { return }
                from = input.start
            }
        }
    }

    /// Reads on until so many bytes are there; false where the file ends before.
    @discardableResult
    private static func fill(
        _ input: inout HistoryInput,
        _ count: Int
    ) throws(PartStop) -> Bool {
        do throws(HistoryProblem) {
            while input.bytes.count - input.start < count {
                guard try input.readMore() else { return false }
            }
        } catch {
            throw .input(error)
        }
        return true
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
        case .damagedChunk(let sound):
            "damaged: what stands here is not what was recorded, and whole chunks follow from byte "
                + "\(sound) on, so no crash cut it off; copy the file again from where it was "
                + "recorded, or repeat the run"
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
