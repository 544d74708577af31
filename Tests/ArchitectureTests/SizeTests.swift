import Testing

/// Small files, small functions, small folders.
@Suite struct SizeTests {
    static let fileLimit = 400
    static let functionLimit = 70
    static let folderLimit = 15

    private var sources: [Checkout.File] {
        ["Sources", "Tests", "Benchmarks"].flatMap {
            Checkout.files(under: $0, endings: [".swift", ".c", ".h"])
        }
    }

    @Test func `no file is longer than 400 lines`() {
        for file in sources {
            let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            if count > Self.fileLimit { Issue.record("\(file.path) has \(count) lines") }
        }
    }

    @Test func `no function is longer than 70 lines`() {
        for file in sources where file.path.hasSuffix(".swift") {
            for function in SourceText(file.text).functions
            where function.length > Self.functionLimit {
                Issue.record("\(file.path):\(function.line) has \(function.length) lines")
            }
        }
    }

    @Test func `no folder holds more than 15 files`() {
        let folders = Dictionary(grouping: sources, by: \.folder)
        for folder in folders.keys.sorted()
        where folders[folder, default: []].count > Self.folderLimit {
            Issue.record("\(folder) holds \(folders[folder, default: []].count) files")
        }
    }

    @Test func `a long function is found, whatever its strings say`() {
        let body = (0..<80).map { "    let a\($0) = \"} \\($0) {\"" }.joined(separator: "\n")
        let text = SourceText("struct S {\nfunc long() {\n\(body)\n}\nfunc short() {}\n}")
        #expect(text.functions.map(\.length) == [82, 1])
    }
}
