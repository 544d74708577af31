public import Quantities

/// When requests were due in another run or another place: a file of times.
///
/// One time a line, in seconds from the start, in order; `#` begins a remark.
public struct RecordedArrivals: Sendable, Equatable {
    /// Nanoseconds, in order.
    public let times: [Int64]

    /// Eight bytes each.
    public static let mostTimes = 50_000_000

    public init(parsing text: String) throws(WordingProblem) {
        var times: [Int64] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.prefix { $0 != "#" }
            guard words.contains(where: { !$0.isWhitespace }) else { continue }
            let digits = words.filter { !$0.isWhitespace }
            guard let seconds = plainNumber(digits), seconds < 1e9 else {
                throw WordingProblem(
                    "line \(number + 1): \"\(digits.prefix(40))\" is no time",
                    fix: "write seconds from the start, such as 0.25"
                )
            }
            let time = Int64((seconds * 1e9).rounded())
            guard time >= times.last ?? 0 else {
                throw WordingProblem(
                    "line \(number + 1): \(digits) is before the time above it",
                    fix: "sort the times"
                )
            }
            guard times.count < Self.mostTimes else {
                throw WordingProblem("more than \(Self.mostTimes) times", fix: "cut the file")
            }
            times.append(time)
        }
        guard !times.isEmpty else {
            throw WordingProblem("no time in it", fix: "write one time a line, in seconds")
        }
        self.times = times
    }

    /// The times of one of several workers, which take them in turn.
    public func share(of worker: Int, among workers: Int) -> [Int64] {
        stride(from: worker, to: times.count, by: workers).map { times[$0] }
    }
}
