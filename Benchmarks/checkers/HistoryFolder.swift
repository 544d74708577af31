import Consistency
import Histories

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The histories of other tools with the answers that their tests record, where they are present.
struct HistoryFolder {
    struct Case {
        var history: History
        var options: CheckOptions
        var model: any HistoryModel.Type
        var expected: Int
    }

    static let path = "../shared/conformance/histories"

    /// Those in this format, as the manifest says how to check them; nil where there are none.
    static func cases(format name: String) -> [Case]? {
        guard let manifest = contents(of: path + "/manifest.tsv") else { return nil }
        var cases: [Case] = []
        for line in String(decoding: manifest, as: UTF8.self).split(separator: "\n").dropFirst() {
            let columns = line.split(separator: "\t").map(String.init)
            guard columns.count > 2, let expected = Int(columns[2]) else { return nil }
            let words = columns[1].split(separator: " ").map(String.init)
            guard let check = try? HistoryCheck(HistoryCheck.Words(arguments: words)),
                let format = check.format, format.name == name,
                let bytes = contents(of: path + "/" + columns[0])
            else { continue }
            var input = HistoryInput(MemorySource(bytes))
            guard let (history, options) = try? check.read(&input, as: format) else { return nil }
            cases.append(
                Case(history: history, options: options, model: check.model, expected: expected)
            )
        }
        return cases.isEmpty ? nil : cases
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
    }
}
