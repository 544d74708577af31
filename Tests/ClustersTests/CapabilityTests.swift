import Clusters
import Testing

@Suite struct CapabilityTests {
    @Test func `every capability says what was found, or why not and what to do`() throws {
        let folder = try TemporaryDirectory()
        let report = CapabilityReport.probe(directory: folder.path)
        let names = report.capabilities.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(CapabilityReport.namespaceNames).isSubset(of: names))
        for capability in report.capabilities {
            print(capability.text)
            guard case .missing(let why, let fix) = capability.state else { continue }
            #expect(!why.isEmpty && !fix.isEmpty, "\(capability.name)")
        }
        for name in ["cores", "steal", "disk space", "fsync"] {
            #expect(report[name]?.isAvailable == true, "\(name)")
        }
    }

    @Test(.enabled(if: Enclosure.current == nil))
    func `the probe and the enclosure agree on what is refused`() throws {
        let folder = try TemporaryDirectory()
        let report = CapabilityReport.probe(directory: folder.path)
        #expect(report["namespaces"]?.isAvailable == (Enclosure.namespaces.refusal == nil))
    }

    @Test func `a directory that is not there is a missing capability`() {
        let report = CapabilityReport.probe(directory: "/nowhere/at-all")
        #expect(report["fsync"]?.isAvailable == false)
        #expect(report["disk space"]?.isAvailable == false)
    }
}
