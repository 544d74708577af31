public import Quantities

/// The parts of a shape as people write them, the same on a command line and in a plan.
extension RecordShape {
    public static func prefix(parsing text: String) throws(WordingProblem) -> String {
        guard text.utf8.count <= longestPrefix else {
            throw WordingProblem("a prefix of \(text.utf8.count) bytes", fix: "write 256 at most")
        }
        return text
    }

    public static func lifetime(parsing text: String) throws(WordingProblem) -> AmountLaw {
        try AmountLaw(parsing: text, unit: .milliseconds, in: lifetimeRange)
    }

    public static func keyBytes(parsing text: String) throws(WordingProblem) -> AmountLaw {
        try AmountLaw(parsing: text, unit: .bytes, in: keyBytesRange)
    }

    public static func valueBytes(parsing text: String) throws(WordingProblem) -> AmountLaw {
        try AmountLaw(parsing: text, unit: .bytes, in: RecordParameters.valueBytesRange)
    }

    /// `0.1%/s`: by what part of all keys the hot ones move on.
    public static func drift(parsing text: String) throws(WordingProblem) -> Double {
        guard text.hasSuffix("/s"), let part = parsedShare(text.dropLast(2)) else {
            throw WordingProblem("\"\(text)\" is no drift", fix: "write a part a second: 0.1%/s")
        }
        return part
    }
}

extension CommandWorkload.Choice {
    /// `GET __key__@9`: a command, and its weight behind `@` where it has one.
    public init(parsing text: String) throws(WordingProblem) {
        var command = text[...]
        var weight = 1.0
        if let at = text.lastIndex(of: "@"),
            let number = plainNumber(text[text.index(after: at)...])
        {
            command = text[..<at]
            weight = number
        }
        guard weight > 0, weight <= 1e9 else {
            throw WordingProblem("a weight is above 0", fix: "write 'GET __key__@9'")
        }
        self.init(try CommandTemplate(parsing: String(command)), weight: weight)
    }
}
