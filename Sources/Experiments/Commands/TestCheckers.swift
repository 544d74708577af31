public import Consistency

/// Tries the checkers on histories whose answer is known: `ordeal check --self-test`.
public func testCheckers(seed: UInt64, histories: Int) -> ExitCode {
    var failed = 0
    for line in SelfTest.lines(seed: seed, histories: histories) {
        printOut("\(line.passed ? "passed" : "FAILED")  \(line.name), \(line.tried) histories")
        for failure in line.failures { printOut("  \(failure)") }
        if !line.passed { failed += 1 }
    }
    guard failed > 0 else { return .ok }
    printOut("\(failed) failed from seed \(seed): the verdicts of these checkers cannot be trusted")
    return .internal
}
