import Clusters
import Foundation
import Glibc
import Testing

/// What can be tried only in an enclosure of namespaces; one after another, as there is one network.
@Suite(.serialized, .enabled(if: Enclosure.current == .namespaces, "needs an enclosure"))
struct InsideEnclosure {}

/// Runs the suites that need an enclosure: this very test program, enclosed.
@Suite(.enabled(if: Enclosure.current == nil, "this process is inside an enclosure"))
struct EnclosedSuites {
    private static let arguments = [
        "--testing-library", "swift-testing", "--filter", "ClustersTests.InsideEnclosure",
    ]

    @Test(.enabled(if: EnclosureTests.namespacesRefused == nil, "namespaces are refused here"))
    func `the enclosed suites pass`() async throws {
        let program = try #require(linkTarget("/proc/self/exe"))
        try await expectSuccess(Enclosure.namespaces.command([program] + Self.arguments))
    }

    /// Only where this user can become another and the program can be read by all.
    @Test(.enabled(if: EnclosureTests.namespacesRefused == nil && canBecomeNobody))
    func `the enclosed suites pass for an ordinary user`() async throws {
        let program = try #require(linkTarget("/proc/self/exe"))
        let command = try Enclosure.namespaces.command([program] + Self.arguments)
        try await expectSuccess(asNobody + command)
    }

    /// More than this part of the processors' time away, and leases of tenths of a second run out.
    private static let toleratedSteal = 0.03

    /// A run that fails while the hypervisor has the processors is repeated, twice at most.
    private func expectSuccess(_ command: [String]) async throws {
        for attempt in 1...3 {
            let before = ProcessorTime.read()
            let (text, end) = try await output(
                command[0],
                Array(command.dropFirst()),
                within: .seconds(240)
            )
            let stolen = before.flatMap { ProcessorTime.read()?.steal(since: $0) } ?? 0
            if end != .exited(code: 0), stolen > Self.toleratedSteal, attempt < 3 { continue }
            #expect(end == .exited(code: 0), "steal \(stolen): \(text.suffix(20_000))")
            var suites = ["FabricTests", "ClusterFaultTests", "KeelClusterTests"]
            if isEtcdInstalled { suites.append("CoordinatorOutageTests") }
            for suite in suites {
                #expect(text.contains("Suite \(suite) passed"), "\(text.suffix(20_000))")
            }
            return
        }
    }
}

let asNobody = [
    "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
]

let canBecomeNobody: Bool = {
    guard geteuid() == 0, unsafe access(asNobody[0], X_OK) == 0,
        let launcher = try? Executables.own("ordeal-launcher")
    else { return false }
    let command = asNobody + [launcher, "enclose", "--", launcher, "--help"]
    guard
        let child = try? ChildProcess.start(
            command[0],
            Array(command.dropFirst()),
            streams: .init(input: 0, output: 2, error: 2)
        )
    else { return false }
    return awaitEnd(of: child) == .exited(code: 0)
}()
