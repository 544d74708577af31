import Consistency
import Experiments
import FoundationEssentials
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct ResultsFolderTests {
    private let start = Date(timeIntervalSince1970: 1_789_264_800)

    @Test func `a run's folder is named by its time, its plan and something unique`() throws {
        try withTemporaryFolder { root in
            let folder = try ResultsFolder(root: root, plan: "quick", at: start)
            let other = try ResultsFolder(root: root, plan: "quick", at: start)
            #expect(folder.name.hasPrefix("20260913T020000Z-quick-"))
            #expect(folder.path == "\(root)/runs/\(folder.name)")
            #expect(other.path != folder.path)
            #expect(FileManager.default.fileExists(atPath: folder.path))
        }
    }

    @Test func `latest points at the run that was linked last`() throws {
        try withTemporaryFolder { root in
            for _ in 0..<2 {
                let folder = try ResultsFolder(root: root, plan: "quick", at: start)
                try writeDurably(Array(folder.name.utf8), to: folder.file("run.json"))
                folder.linkAsLatest()
                #expect(textFile("\(root)/latest/run.json") == folder.name)
            }
        }
    }

    @Test func `a disk that is nearly full is refused before anything is made`() throws {
        try withTemporaryFolder { root in
            let failure = try #require(throws: CommandFailure.self) {
                try ResultsFolder(root: root, plan: "quick", at: start) { _ in 200 << 20 }
            }
            #expect(failure.code == .void)
            #expect(failure.description.contains("200 MiB free and a run needs 256"))
            try #expect(FileManager.default.contentsOfDirectory(atPath: "\(root)/runs").isEmpty)
        }
    }

    @Test func `a place that cannot be written is named`() throws {
        try withTemporaryFolder { root in
            try writeDurably([], to: "\(root)/file")
            let failure = try #require(throws: CommandFailure.self) {
                try ResultsFolder(root: "\(root)/file/below", plan: "quick", at: start)
            }
            #expect(failure.code == .void)
            #expect(
                failure.description == "cannot create \(root)/file: Not a directory; "
                    + "name another place with --results DIR"
            )
        }
        let failure = try #require(throws: CommandFailure.self) {
            try ResultsFolder(root: "/proc/nothing", plan: "quick", at: start)
        }
        #expect(failure.description.hasPrefix("cannot create /proc/nothing: No such file"))
    }

    @Test func `a disk that is full is said with the file and the fix`() {
        let failure = FileFailure(path: "results/run.json", action: "write", code: ENOSPC)
        #expect(
            failure.description == "cannot write results/run.json: No space left on device; "
                + "free some space, or name another place with --results DIR"
        )
    }

    @Test func `folders are made with those above them, and may be there already`() throws {
        try withTemporaryFolder { root in
            for _ in 0..<2 { try makeFolders("\(root)/a//b/c/") }
            var isFolder = false
            #expect(FileManager.default.fileExists(atPath: "\(root)/a/b/c", isDirectory: &isFolder))
            #expect(isFolder)
            try writeDurably([1, 2], to: "\(root)/a/file")
            #expect(try wholeFile("\(root)/a/file") == [1, 2])
            #expect(throws: FileFailure.self) { try wholeFile("\(root)/a/none") }
        }
    }

    @Test func `a file is replaced whole, and nothing else stays beside it`() throws {
        try withTemporaryFolder { root in
            try writeDurably(Array("first".utf8), to: "\(root)/run.json")
            try writeDurably(Array("2".utf8), to: "\(root)/run.json")
            #expect(textFile("\(root)/run.json") == "2")
            try #expect(FileManager.default.contentsOfDirectory(atPath: root) == ["run.json"])
        }
    }
}

/// Calls `body` with a folder that is gone afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ordeal-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}
