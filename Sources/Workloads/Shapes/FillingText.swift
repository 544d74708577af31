public import Histories
public import Quantities

extension ValueFilling {
    /// Reads `random`, `pattern` and `compressible:4` (a compressor leaves a quarter).
    public init(parsing text: String) throws(WordingProblem) {
        let fix = "write random, pattern or compressible:4 (to a quarter)"
        switch text {
        case "random": self = .incompressible
        case "pattern": self = .pattern
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "compressible" else {
                throw WordingProblem("\"\(text)\" says nothing of values", fix: fix)
            }
            guard let ratio = plainNumber(parts[1]), (1...64).contains(ratio) else {
                throw WordingProblem("\"\(parts[1])\" is no ratio", fix: "write 1 to 64")
            }
            self = .scattered(sixtyFourths: Int((64 / ratio).rounded()))
        }
    }

    /// As it is written.
    public var text: String {
        switch self {
        case .pattern: "pattern"
        case .incompressible: "random"
        case .scattered(let parts): "compressible:\(decimalText(64 / Double(max(1, parts))))"
        }
    }
}
