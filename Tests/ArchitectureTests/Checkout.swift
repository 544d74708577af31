import Foundation

/// The files of this checkout.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    struct File {
        /// From the root.
        let path: String
        let text: String
        var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
        var name: String {
            String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
        }
    }

    static func files(under folder: String, endings: [String] = [".swift"]) -> [File] {
        let base = root.appending(path: folder)
        let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        var files: [File] = []
        while let url = walk?.nextObject() as? URL {
            let path = String(url.path.dropFirst(root.path.count + 1))
            guard !path.contains("/.build/"), endings.contains(where: path.hasSuffix),
                let text = try? String(contentsOf: url, encoding: .utf8)
            else { continue }
            files.append(File(path: path, text: text))
        }
        return files.sorted { $0.path < $1.path }
    }
}
