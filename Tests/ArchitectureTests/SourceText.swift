/// Swift source as rules read it: comments and the contents of string literals blanked out, lines kept.
struct SourceText {
    let lines: [String]

    init(_ source: String) {
        var scanner = Scanner(Array(source))
        scanner.run()
        lines = String(scanner.output).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Functions and initialisers with their lengths in lines, signatures included.
    var functions: [(line: Int, length: Int)] {
        var found: [(line: Int, length: Int)] = []
        for (number, line) in lines.enumerated() where startsFunction(line) {
            var depth = 0
            var isOpen = false
            body: for (offset, text) in lines[number...].enumerated() {
                for character in text {
                    if character == "{" {
                        depth += 1
                        isOpen = true
                    }
                    if character == "}" { depth -= 1 }
                    if depth < 0 { break body }
                    if isOpen, depth == 0 {
                        found.append((number + 1, offset + 1))
                        break body
                    }
                }
                // A requirement of a protocol has no body.
                if !isOpen, offset > 0, startsFunction(text) { break }
            }
        }
        return found
    }

    /// Lines that hold one of these words as a whole word.
    func lines(holding words: [String]) -> [(line: Int, word: String)] {
        lines.enumerated().flatMap { number, line in
            words.filter { holds(line, $0) }.map { (number + 1, $0) }
        }
    }

    private func startsFunction(_ line: String) -> Bool {
        holds(line, "func") || line.contains(" init(") || line.contains(" init?(")
    }

    private func holds(_ line: String, _ word: String) -> Bool {
        var rest = line[...]
        while let range = rest.firstRange(of: word) {
            let before =
                rest[..<range.lowerBound].last ?? (rest.startIndex == line.startIndex ? " " : "_")
            let after = rest[range.upperBound...].first ?? " "
            if !isWord(before), !isWord(after) { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}

/// Copies source, blanking comments and strings; interpolations count as string.
private struct Scanner {
    let source: [Character]
    var output: [Character] = []
    var position = 0

    init(_ source: [Character]) { self.source = source }

    mutating func run() {
        while position < source.count {
            if starts(with: "//") {
                skip { $0.source[$0.position] == "\n" }
            } else if starts(with: "/*") {
                skip { $0.starts(with: "*/") }
            } else if starts(with: "\"\"\"") {
                position += 3
                skip { $0.starts(with: "\"\"\"") }
                position += 3
            } else if source[position] == "\"" {
                position += 1
                skip { $0.source[$0.position] == "\"" || $0.source[$0.position] == "\n" }
                if position < source.count, source[position] == "\"" { position += 1 }
            } else {
                output.append(source[position])
                position += 1
            }
        }
    }

    private func starts(with text: String) -> Bool {
        source[position...].starts(with: text)
    }

    private mutating func skip(until ends: (Self) -> Bool) {
        while position < source.count, !ends(self) {
            if source[position] == "\\", position + 1 < source.count { position += 1 }
            if source[position] == "\n" { output.append("\n") }
            position += 1
        }
    }
}
