internal import CFuzzer
internal import Histories

/// `fuzz jepsen-edn -max_total_time=60 corpus`: bytes that libFuzzer makes up, to one importer.
///
/// Whatever they are, there is a history or a problem; the same one however few bytes come at once;
/// and what was read can be written and read again.
@main
enum Fuzz {
    /// Chosen once, before the fuzzer's loop begins.
    nonisolated(unsafe) static var format: any HistoryFormat.Type = JepsenEDN.self

    static func main() {
        guard let name = CommandLine.arguments.dropFirst().first,
            let chosen = historyFormats.first(where: { $0.name == name })
        else {
            print("usage: fuzz FORMAT [libFuzzer's options] [corpus…]")
            for format in historyFormats { print("  \(format.name)") }
            return
        }
        unsafe format = chosen
        var count = CommandLine.argc - 1
        // The fuzzer looks at its own name, and may start itself again with all of its arguments.
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
            unsafe CommandLine.unsafeArgv.advanced(by: 1)
        _ = unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            unsafe Fuzz.attempt(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
    }

    /// The first byte chooses what the operations are about.
    private static func attempt(_ bytes: [UInt8]) {
        guard let choice = bytes.first else { return }
        let subjects = HistorySubject.allCases
        let subject = unsafe subject(of: format) ?? subjects[Int(choice) % subjects.count]
        let text = Array(bytes.dropFirst())
        let whole = outcome(text, subject, chunk: 1 << 20)
        precondition(whole == outcome(text, subject, chunk: 3), "Pieces read as the whole does.")
        guard case .success(let history) = whole else { return }
        for format in historyFormats {
            guard let written = written(history, as: format) else { continue }
            guard format.name != PorcupineLog.name, format.name != AWDITText.name else { continue }
            var input = HistoryInput(MemorySource(written))
            let again = try? format.read(&input, self.subject(of: format) ?? subject)
            precondition(
                again?.operations.count ?? -1 == history.operations.count
                    || format.name == PorcupineKeyValue.name,
                "What \(format.name) wrote reads the same."
            )
        }
    }

    /// What the operations of a format that knows but one kind are about.
    private static func subject(of format: any HistoryFormat.Type) -> HistorySubject? {
        switch format.name {
        case PorcupineLog.name: .register
        case PorcupineKeyValue.name: .text
        case AWDITText.name: .registers
        default: nil
        }
    }

    private static func outcome(
        _ bytes: [UInt8],
        _ subject: HistorySubject,
        chunk: Int
    ) -> Result<History, HistoryProblem> {
        var input = HistoryInput(MemorySource(bytes), chunk: chunk)
        do throws(HistoryProblem) {
            return .success(try unsafe format.read(&input, subject))
        } catch {
            return .failure(error)
        }
    }

    private static func written(
        _ history: History,
        as format: any HistoryFormat.Type
    ) -> [UInt8]? {
        let pieces = Pieces()
        var output = HistoryOutput { pieces.bytes += $0 }
        do throws(HistoryProblem) {
            try format.write(history, to: &output)
            try output.finish()
        } catch {
            return nil
        }
        return pieces.bytes
    }

    private final class Pieces {
        var bytes: [UInt8] = []
    }
}
