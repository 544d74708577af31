import Clusters
import Foundation
import Testing

/// Runs with several coordinators, which bring an etcd along.
@Suite(.serialized, .enabled(if: (try? Executables.etcd) != nil, "etcd-server is not installed"))
struct CoordinatorRunTests {
    @Test func `a leader's death is no outage, and nothing of etcd is left`() throws {
        try withRun(of: Plans.coordinators) { command, aftermath in
            #expect(command.code == 0, "\(command.errors)")
            let folder = try #require(aftermath.run)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/trials/0001-single/data"))
            // Two led, one after the other, and both of their histories count.
            for name in ["coordinator", "coordinator-2"] {
                let log = aftermath.text("trials/0001-single/nodes/\(name).err.log")
                #expect(log.contains("leads, since etcd's revision"), "\(name): \(log)")
            }
            #expect(!aftermath.text("trials/0001-single/map-history").isEmpty)
        }
    }
}
