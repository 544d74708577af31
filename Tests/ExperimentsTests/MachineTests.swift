import Experiments
import FoundationEssentials
import Testing

@Suite struct MachineTests {
    @Test func `this machine tells what it is`() {
        let machine = Machine.current()
        #expect((machine.cores ?? 0) > 0)
        #expect((machine.memoryBytes ?? 0) > 1 << 20)
        #expect(machine.kernel?.isEmpty == false)
    }

    @Test func `a checkout tells its commit, loose or packed`() throws {
        try withTemporaryFolder { root in
            #expect(Machine.gitCommit(in: root) == nil)
            let git = "\(root)/.git"
            try FileManager.default.createDirectory(
                atPath: "\(git)/refs/heads",
                withIntermediateDirectories: true
            )
            try writeDurably(Array("ref: refs/heads/main\n".utf8), to: "\(git)/HEAD")
            let packed = "# pack-refs\n1111 refs/heads/other\n2222 refs/heads/main\n"
            try writeDurably(Array(packed.utf8), to: "\(git)/packed-refs")
            #expect(Machine.gitCommit(in: root) == "2222")
            let program = "\(root)/.build/x86_64/release/ordeal"
            #expect(Machine.gitCommit(besideProgram: program) == "2222")
            #expect(Machine.gitCommit(besideProgram: "\(root)/bin/ordeal") == nil)
            try writeDurably(Array("3333\n".utf8), to: "\(git)/refs/heads/main")
            #expect(Machine.gitCommit(in: root) == "3333")
            try writeDurably(Array("4444\n".utf8), to: "\(git)/HEAD")
            #expect(Machine.gitCommit(in: root) == "4444")
        }
    }

    @Test func `the disk tells what a sync costs and keeps nothing`() throws {
        try withTemporaryFolder { root in
            try #expect(#require(SyncCost.measured(in: root)) >= 0)
            try #expect(FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
            #expect(SyncCost.measured(in: "\(root)/nowhere") == nil)
        }
    }
}
