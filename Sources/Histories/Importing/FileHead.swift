/// What a file's first bytes look like.
struct FileHead {
    private let text: String
    private let first: String

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split { $0.isNewline }
        first =
            lines.first { !$0.hasPrefix(";") && !$0.allSatisfy(\.isWhitespace) }
            .map { String($0.drop { $0.isWhitespace }) } ?? ""
    }

    func contains(_ word: String) -> Bool { text.contains(word) }

    func begins(with prefix: String) -> Bool { first.hasPrefix(prefix) }

    var looksLikeEDN: Bool {
        text.contains(":process") && ["{", "[", "(", "#"].contains { first.hasPrefix($0) }
    }

    var looksLikeJSON: Bool {
        text.contains("\"process\"") && ["{", "["].contains { first.hasPrefix($0) }
    }

    /// Words, and lines of `-` and `=` alone.
    var looksLikeSessions: Bool {
        let words = first.split(separator: " ")
        let isSeparator = first.count >= 3 && Set(first).isSubset(of: ["-"])
        return isSeparator || first.count >= 3 && Set(first).isSubset(of: ["="])
            || words.count == 3 && (words[0] == "r" || words[0] == "w")
    }
}
