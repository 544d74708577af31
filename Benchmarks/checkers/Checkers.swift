#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures the checkers: prints each figure and its bar, and exits with 2 when one is missed.
@main
struct Checkers {
    static func main() {
        let figures = Linearizability.figures + Linearizability.hardFigures + TransactionFigures.all
        var missed = 0
        for figure in figures where !figure.report() { missed += 1 }
        if missed > 0 { exit(2) }
    }
}
