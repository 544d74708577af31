import Foundation
import Testing

/// The processes of one run, known by its results folder, which no other run names.
struct Aftermath {
    let results: String

    /// Every process that names the folder: the harness, its keeper, nodes, workers.
    var processes: [(id: Int32, command: [String])] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap { id in
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
                return nil
            }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.contains { $0.contains(results) } ? (id, words) : nil
        }
    }

    /// The harness itself, inside its enclosure.
    var harness: Int32? {
        processes.first { process in
            let path = "/proc/\(process.id)/exe"
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            return program?.hasSuffix("/ordeal") == true && !process.command.contains("load-worker")
        }?.id
    }

    var stores: [Int32] {
        processes.filter { $0.command.contains("node") || $0.command.contains("coordinator") }
            .map(\.id)
    }

    /// The run's own folder, as soon as there is one.
    var run: String? {
        let runs = "\(results)/runs"
        let names = try? FileManager.default.contentsOfDirectory(atPath: runs)
        return names?.first.map { "\(runs)/\($0)" }
    }

    func text(_ file: String) -> String {
        run.flatMap { try? String(contentsOfFile: "\($0)/\(file)", encoding: .utf8) } ?? ""
    }

    /// The network interfaces of the machine itself.
    static var interfaces: Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? [])
    }
}
