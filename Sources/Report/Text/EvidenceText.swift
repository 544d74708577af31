/// Reasons of verdicts, some of which are told in several lines.
enum EvidenceText {
    /// The first line, which says what is wrong.
    static func headline(_ reason: String) -> String {
        lines(of: reason).first ?? ""
    }

    /// Its lines, without the marks that set them off from other reasons on a terminal.
    static func lines(of reason: String) -> [String] {
        reason.split(whereSeparator: \.isNewline).map { line in
            var line = line.drop { $0 == " " }
            if line.hasPrefix("| ") { line = line.dropFirst(2) }
            return String(line)
        }
    }

    /// Without those that another one tells in more lines, and without repetitions.
    static func distinct(_ reasons: [String]) -> [String] {
        let headlines = Set(reasons.filter { $0.contains(where: \.isNewline) }.map(headline))
        var seen: Set<String> = []
        return reasons.filter { reason in
            let isBare = !reason.contains(where: \.isNewline)
            return seen.insert(reason).inserted && !(isBare && headlines.contains(reason))
        }
    }
}
