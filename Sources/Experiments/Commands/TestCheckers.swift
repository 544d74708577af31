public import Consistency

/// Tries the checkers on histories whose answer is known: `ordeal check --self-test`.
public func testCheckers(seed: UInt64, histories: Int) -> ExitCode {
    var failed = 0
    let lines = SelfTest.lines(seed: seed, histories: histories)
    for line in lines {
        printOut("\(line.passed ? "passed" : "FAILED")  \(line.name), \(line.tried) histories")
        for failure in line.failures { printOut("  \(failure)") }
        if !line.passed { failed += 1 }
    }
    let tried = lines.reduce(0) { $0 + $1.tried }
    let disagreements = lines.reduce(0) { $0 + $1.failures.count }
    printOut(
        "\(tried) histories tried, \(disagreements) disagreements; `ordeal check --self-test --seed "
            + "\(seed) --histories \(histories)` repeats it"
    )
    guard failed > 0 else { return .ok }
    printOut("\(failed) failed from seed \(seed): the verdicts of these checkers cannot be trusted")
    return .internal
}
