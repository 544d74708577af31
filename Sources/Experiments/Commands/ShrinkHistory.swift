public import Consistency
internal import Histories

/// Reduces the invalid history in a file to a small one: `ordeal shrink`.
///
/// - Parameters:
///   - output: Where it is written; nil for standard output.
///   - seconds: When to take the smallest so far.
public func shrinkHistory(
    _ file: String,
    _ words: HistoryCheck.Words,
    output: String?,
    seconds: Double
) -> ExitCode {
    let check: HistoryCheck
    do throws(HistoryCheck.Misuse) {
        check = try HistoryCheck(words)
    } catch {
        printError("ordeal shrink: " + misuse(error))
        return .usage
    }
    do throws(HistoryProblem) {
        let source = try FileSource(path: file)
        let format: any HistoryFormat.Type
        if let named = check.format {
            format = named
        } else {
            format = try guessedFormat(of: file, source)
        }
        var input = HistoryInput(source)
        let (history, options) = try check.read(&input, as: format)
        let conclusion = check.model.check(history, options)
        guard case .invalid = conclusion.verdict else {
            printError("ordeal shrink: \(file) is \(conclusion.verdict.name): nothing to reduce")
            return .inconclusive
        }
        var small = smallest(history, check.model, options, conclusion, seconds)
        try writeHistory(small, as: format, to: output)
        var renumbered = options
        if let initial = check.initial {
            renumbered.initial = ValueID(rawValue: small.values.number(of: initial))
        }
        let lines = check.model.check(small, renumbered).counterexamples.first?.lines ?? []
        let told = lines.joined(separator: "\n")
        if output == nil { printError(told) } else { printOut(told) }
        return .ok
    } catch {
        printError("ordeal shrink: \(file): \(error)")
        return .usage
    }
}

private func smallest(
    _ history: History,
    _ model: any HistoryModel.Type,
    _ options: CheckOptions,
    _ conclusion: Conclusion,
    _ seconds: Double
) -> History {
    var quick = options
    quick.explains = false
    let clock = ContinuousClock()
    let start = clock.now
    let deadline = start.advanced(by: .seconds(seconds))
    var shrinker = HistoryShrinker(
        history,
        suspects: conclusion.counterexamples.first?.operations ?? [],
        initial: options.initial,
        shouldStop: { clock.now >= deadline },
        verdict: { model.check($0, quick).verdict }
    )
    let result = shrinker.shrink()
    let tenths = Int((clock.now - start) / .milliseconds(100))
    let end = result.isMinimal ? "" : "; stopped early, a longer --seconds may find a smaller one"
    printError(
        "ordeal shrink: \(history.operations.count) operations reduced to "
            + "\(result.history.operations.count) in \(result.tries) tries and "
            + "\(tenths / 10).\(tenths % 10) s\(end)"
    )
    return result.history
}
