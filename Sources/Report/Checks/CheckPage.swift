public import Consistency

/// The results of checks as one self-contained page: each violation in words and as a drawing.
public struct CheckPage: Sendable {
    private let files: [FileConclusion]

    public init(_ files: [FileConclusion]) {
        self.files = files
    }

    public func render() -> String {
        let record = CheckJSON.value(of: files)
        let title = files.count == 1 ? files[0].file : "\(Figure.count(files.count)) histories"
        return PageFrame.page(
            title: "Check of \(title)",
            json: JSONText(isSafeInMarkup: true).text(of: record),
            footer:
                "The whole result is in this file, as JSON in the element with the id \"record\"."
        ) { markup in
            head(title, &markup)
            tiles(&markup)
            for file in files { Self.section(file, &markup) }
        }
    }

    /// That of the file that decides the exit code.
    private var tone: String {
        let worst = ExitCode(of: files)
        return files.first { $0.exitCode == worst }.map(Self.tone) ?? "void"
    }

    private static func tone(_ file: FileConclusion) -> String {
        switch file.result {
        case .checked(let checked): VerdictPill.tone(checked.conclusion.verdict)
        case .unreadable: "invalid"
        }
    }

    private func head(_ title: String, _ markup: inout Markup) {
        markup.element("header", class: "card banner \(tone)") { markup in
            markup.element("div", class: "head") { markup in
                markup.element("p", class: "eyebrow", "Ordeal check")
                markup.element("h1", ControlCharacters.escaped(title))
                let models = Set(files.map(\.model)).sorted().joined(separator: ", ")
                let ending = files.count > 1 ? " · \(CheckText.summary(of: files))" : ""
                markup.element("p", class: "soft", "model \(models)\(ending)")
            }
            markup.element("div", class: "outcome") { markup in
                markup.element("p", class: "soft", "exit code \(ExitCode(of: files).rawValue)")
            }
        }
    }

    private func tiles(_ markup: inout Markup) {
        let checked = files.compactMap(\.checked)
        let violations = checked.reduce(0) { $0 + $1.conclusion.counterexamples.count }
        let seconds = files.reduce(0) { $0 + $1.readingSeconds + $1.checkingSeconds }
        let keys = checked.reduce(0) { $0 + $1.keys }
        let tiles = [
            (Figure.count(files.count), files.count == 1 ? "file" : "files"),
            (Figure.count(checked.reduce(0) { $0 + $1.operations }), "operations"),
            (Figure.count(keys), keys == 1 ? "key" : "keys"),
            (Figure.count(violations), violations == 1 ? "violation told" : "violations told"),
            (Figure.duration(seconds), "reading and checking"),
        ]
        PageFrame.tiles(tiles, to: &markup)
    }

    private static func section(_ file: FileConclusion, _ markup: inout Markup) {
        markup.element("section", class: "card \(tone(file))") { markup in
            markup.element("h3", ControlCharacters.escaped(file.file))
            guard let checked = file.checked else {
                let lines = CheckText.lines(of: file)
                markup.element("pre", class: "example", lines.joined(separator: "\n"))
                return
            }
            markup.raw("<p>\(VerdictPill.html(checked.conclusion.verdict))</p>\n")
            let reasons = checked.conclusion.verdict.reasons
            if checked.examples.isEmpty, !reasons.isEmpty {
                markup.element("ul", class: "reasons") { markup in
                    for reason in reasons { markup.element("li", reason) }
                }
            }
            for example in checked.examples { ExampleSection.write(example, to: &markup) }
            let more = checked.conclusion.counterexamples.count - checked.examples.count
            if more > 0 { markup.element("p", "and \(Figure.count(more)) more like this") }
            let lines = CheckText.foot(of: file, checked)
            guard !lines.isEmpty else { return }
            markup.element("ul", class: "notes") { markup in
                for line in lines { markup.element("li", line) }
            }
        }
    }
}
