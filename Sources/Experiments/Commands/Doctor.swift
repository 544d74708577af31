internal import Clusters
public import Consistency

/// Prints what the machine allows, and for what is missing how to get it.
///
/// - Parameter fabric: Asks for one answer only: whether this fabric works here (status 0 or 4).
public func diagnose(allows fabric: Plan.FabricChoice? = nil) -> ExitCode {
    let report = CapabilityReport.probe(directory: ".")
    let missing = report.missingForNamespaces
    if let fabric {
        return fabric == .namespaces && !missing.isEmpty ? .void : .ok
    }
    let width = report.capabilities.map(\.name.count).max() ?? 0
    var lines: [String] = []
    for capability in report.capabilities {
        let name = capability.name + String(repeating: " ", count: width - capability.name.count)
        switch capability.state {
        case .available(let what):
            lines.append("ok       \(name)  \(what)")
        case .missing(let why, let fix):
            lines.append("missing  \(name)  \(why)")
            lines.append("         \(String(repeating: " ", count: width))  fix: \(fix)")
        }
    }
    for program in ["ordeal-launcher", "keel"] {
        do throws(ClusterError) {
            lines.append("ok       \(try Executables.own(program))")
        } catch {
            lines.append("missing  \(error.message)")
        }
    }
    lines.append("")
    if missing.isEmpty {
        lines.append("The namespaces fabric works here: every fault can be carried out.")
    } else {
        let names = missing.map(\.name).joined(separator: ", ")
        lines.append("The namespaces fabric does not work here (\(names)).")
        lines.append(
            "The loopback fabric does: processes crash, pause and restart; links do not fail."
        )
    }
    printOut(
        lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }.joined(separator: "\n")
    )
    return .ok
}
