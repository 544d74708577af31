public import Consistency
internal import Dispatch
internal import Histories
internal import Quantities
internal import Report
internal import Synchronization

/// Checks the histories in files against a model: `ordeal check`.
///
/// - Parameter htmlFile: Where the results are written as a page as well.
public func checkHistories(
    _ files: [String],
    _ words: HistoryCheck.Words,
    json: Bool,
    htmlFile: String? = nil
) -> ExitCode {
    let check: HistoryCheck
    do throws(HistoryCheck.Misuse) {
        check = try HistoryCheck(words)
    } catch {
        printError("ordeal check: " + misuse(error))
        return .usage
    }
    do throws(CommandFailure) {
        if let htmlFile { try checkPlace(htmlFile, of: "--html") }
        let conclusions = concluded(files, check, print: !json)
        if json {
            printOut(JSONText(isPretty: true).text(of: CheckJSON.value(of: conclusions)))
        } else if files.count > 1 {
            printOut(CheckText.summary(of: conclusions))
        }
        if let htmlFile { try put(CheckPage(conclusions).render(), into: htmlFile) }
        return ExitCode(of: conclusions)
    } catch {
        printError("ordeal check: \(error.description)")
        return error.code
    }
}

func misuse(_ misuse: HistoryCheck.Misuse) -> String {
    let name = misuse.option.drop { $0 == "-" }
    let what = name.hasSuffix("s") ? name : name + "s"
    let fix =
        misuse.choices.isEmpty
        ? "see `ordeal check --help`"
        : suggestion(for: misuse.value, among: misuse.choices, what: String(what))
    if let model = misuse.model {
        return "\(misuse.option) means nothing to the model \(model); leave it out"
    }
    guard !misuse.value.isEmpty else { return "\(misuse.option) is missing; \(fix)" }
    return "\(misuse.option) has no \"\(misuse.value)\"; \(fix)"
}

/// Checks files at the same time, as many as there are cores, and prints them in their order.
private func concluded(
    _ files: [String],
    _ check: HistoryCheck,
    print isPrinting: Bool
) -> [FileConclusion] {
    let results = Mutex<(conclusions: [FileConclusion?], printed: Int)>(
        (Array(repeating: nil, count: files.count), 0)
    )
    DispatchQueue.concurrentPerform(iterations: files.count) { index in
        let conclusion = FileCheck(check: check, isAlone: files.count == 1).conclude(files[index])
        results.withLock { state in
            state.conclusions[index] = conclusion
            while state.printed < files.count, let next = state.conclusions[state.printed] {
                let text = CheckText.lines(of: next).joined(separator: "\n")
                if case .unreadable = next.result {
                    printError(text)
                } else if isPrinting {
                    printOut(text)
                }
                state.printed += 1
            }
        }
    }
    return results.withLock { $0.conclusions.compactMap { $0 } }
}

/// Reads and checks one file.
private struct FileCheck {
    let check: HistoryCheck
    /// With one file the cores are free for its parts.
    let isAlone: Bool

    func conclude(_ path: String) -> FileConclusion {
        let clock = ContinuousClock()
        let start = clock.now
        var format = check.format
        var notes: [String] = []
        do throws(HistoryProblem) {
            let source = try FileSource(path: path)
            let chosen: any HistoryFormat.Type
            if let format { chosen = format } else { chosen = try guessedFormat(of: path, source) }
            format = chosen
            var input = HistoryInput(source)
            let (history, options) = try check.read(&input, as: chosen)
            notes = input.notes
            let read = clock.now
            let conclusion = carriedOut(check.model.plan(history, options))
                .ofPart(missing: input.missing)
            return self.conclusion(
                path,
                chosen.name,
                notes,
                .checked(FileConclusion.Checked(conclusion, of: history)),
                reading: read - start,
                checking: clock.now - read
            )
        } catch {
            return conclusion(
                path,
                format?.name,
                notes,
                .unreadable(error),
                reading: clock.now - start,
                checking: .zero
            )
        }
    }

    private func carriedOut(_ plan: CheckPlan) -> Conclusion {
        guard isAlone, plan.parts.count > 1 else { return plan.carriedOut() }
        let conclusions = Mutex<[Conclusion?]>(Array(repeating: nil, count: plan.parts.count))
        DispatchQueue.concurrentPerform(iterations: plan.parts.count) { index in
            let conclusion = plan.parts[index]()
            conclusions.withLock { $0[index] = conclusion }
        }
        return plan.combine(conclusions.withLock { $0.compactMap { $0 } })
    }

    private func conclusion(
        _ path: String,
        _ format: String?,
        _ notes: [String],
        _ result: FileConclusion.Result,
        reading: Duration,
        checking: Duration
    ) -> FileConclusion {
        FileConclusion(
            file: path,
            format: format,
            model: check.model.name,
            notes: notes,
            result: result,
            readingSeconds: reading / .seconds(1),
            checkingSeconds: checking / .seconds(1),
            budget: check.options.budget
        )
    }
}
