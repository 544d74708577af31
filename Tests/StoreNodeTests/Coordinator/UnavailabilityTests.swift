import Coordination
import RESP
import StoreNode
import Testing
import Topology

/// Why a shard stays away is said where operators look.
@Suite struct UnavailabilityTests {
    @Test func `INFO of each node says why shards stay unavailable, and admin what can be done`()
        throws
    {
        try withRunningCluster(replication: "semi-synchronous(1)") { cluster in
            let client = try BlockingClient(port: cluster.ports[0])
            let information = { try client.call("INFO", "replication").text ?? "" }
            #expect(try information().contains("unavailable_shards:0"))
            try cluster.keep(1)
            try eventually("the node knows why shards of the others are away") {
                let text = try information()
                return !text.contains("unavailable_shards:0")
                    && text.contains("no complete replica is left without")
            }
            let ask = { (command: AdminCommand) throws(StartFailure) in
                try ClusterAdministration.ask(
                    command,
                    of: [cluster.coordinator],
                    within: .seconds(5)
                )
            }
            guard case .status(let status) = try ask(.status) else {
                Issue.record("the coordinator has no status")
                return
            }
            #expect(status.complaints.contains { $0.reason.contains("no complete replica") })
            // Of three copies with one backup each, two must be heard.
            #expect(
                try ask(.acceptLoss([])) == .refused("2 nodes must be heard, and 1 are")
            )
            #expect(
                try ask(.remove(NodeID(2)))
                    == .refused("3 copies need 3 nodes, and 2 would be left")
            )
        }
    }
}
