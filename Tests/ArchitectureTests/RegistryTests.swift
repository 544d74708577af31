import Clusters
import Consistency
import Coordination
import Determinism
import Faults
import Histories
import Replication
import Report
import Testing
import Topology
import Workloads

/// A new kind is one new file and one registration line: neither without the other.
@Suite struct RegistryTests {
    struct Registry: CustomTestStringConvertible, Sendable {
        let folder: String
        /// The file of the protocol and its list, when it stands in the folder itself.
        let protocolFile: String
        let types: [String]
        var testDescription: String { folder }
    }

    static let registries = [
        Registry(
            folder: "Sources/Topology/Placement",
            protocolFile: "PlacementScheme",
            types: placementSchemes.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Replication/Modes",
            protocolFile: "ReplicationMode",
            types: replicationModes.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Coordination/Detectors",
            protocolFile: "FailureDetector",
            types: failureDetectors.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Faults/Kinds",
            protocolFile: "",
            types: faults.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Workloads/Kinds",
            protocolFile: "",
            types: workloads.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Determinism/Distributions",
            protocolFile: "",
            types: distributions.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Workloads/Arrivals/Processes",
            protocolFile: "",
            types: arrivalProcesses.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Consistency/Checkers",
            protocolFile: "",
            types: checkers.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Consistency/Models",
            protocolFile: "HistoryModel",
            types: historyModels.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Report/Formats",
            protocolFile: "",
            types: reportFormats.map { "\($0)" }
        ),
        Registry(
            folder: "Sources/Histories/Formats",
            protocolFile: "HistoryFormat",
            types: historyFormats.map { "\($0)" }
        ),
    ]

    @Test func `the system under test names the modes that the store has, in its words`() {
        #expect(Keel.replications.map(\.name) == replicationModes.map { $0.name })
        #expect(Keel.replications.allSatisfy { !$0.summary.isEmpty })
        #expect(Keel.replications.map(\.settings) == replicationModes.map { $0.settingsHelp })
        #expect(Keel.detectors.map(\.name) == failureDetectors.map { $0.name })
    }

    @Test(arguments: registries)
    func `a folder of kinds and its list name the same`(registry: Registry) {
        let files = Checkout.files(under: registry.folder)
            .map { String($0.name.dropLast(".swift".count)) }
            .filter { $0 != registry.protocolFile && !$0.contains("+") }
        #expect(Set(files) == Set(registry.types))
        #expect(Set(registry.types).count == registry.types.count)
    }
}
