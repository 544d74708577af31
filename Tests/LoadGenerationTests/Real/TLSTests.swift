import Foundation
import RESP
import Testing
import Workloads

@testable import LoadGeneration

@Suite(
    .serialized,
    .enabled(if: SecuredServer.isPossible, "redis-server or openssl is not installed")
)
struct TLSTests {
    @Test func `a secured server takes the load, deep pipelines and long values`() async throws {
        try await SecuredServer.with { server in
            var configuration = WorkerConfiguration.brief([], load: .closed(pipeline: 32))
            configuration.endpoints = [server.endpoint]
            configuration.discovery = .fixed
            configuration.access = server.settings.access
            configuration.workload.base.valueBytes = 20_000
            configuration.limits.request = .seconds(5)
            configuration.limits.silence = .seconds(5)
            let run = try await WorkerRun.of(configuration)
            #expect(run.counts.ok > 200, "\(run.counts)")
            #expect(run.counts.failed == 0 && run.counts.unknown == 0, "\(run.result.failures)")
            #expect(run.result.kinds.allSatisfy { $0.missing == 0 })
        }
    }

    @Test func `a cluster's nodes are found and asked by TLS`() async throws {
        try await SecuredServer.with(
            "--cluster-enabled",
            "yes",
            "--tls-cluster",
            "yes"
        ) { server in
            let inquiry = try await Inquiry(server.settings.access)
            _ = try await inquiry.ask(
                ["CLUSTER", "ADDSLOTSRANGE", "0", "16383"],
                of: server.endpoint
            )
            try await eventually("the cluster serves") {
                let text = try await inquiry.ask(["CLUSTER", "INFO"], of: server.endpoint).text
                return text?.contains("cluster_state:ok") == true
            }
            try await expectLoad(server, on: server.endpoint, by: .clusterSlots)
        }
    }

    @Test func `sentinels are asked by TLS, and the primary they name`() async throws {
        try await SecuredServer.with { server in
            try await server.withSentinel { sentinel in
                let inquiry = try await Inquiry(server.settings.access)
                #expect(try await inquiry.primary("main", by: [sentinel]) == server.endpoint)
                try await expectLoad(server, on: sentinel, by: .sentinel(primary: "main"))
            }
        }
    }

    private func expectLoad(
        _ server: SecuredServer,
        on endpoint: Endpoint,
        by discovery: Discovery
    ) async throws {
        let load = LoadShape.open(operationsPerSecond: 1000)
        var configuration = WorkerConfiguration.brief([], load: load)
        configuration.endpoints = [endpoint]
        configuration.discovery = discovery
        configuration.access = server.settings.access
        configuration.limits.request = .seconds(5)
        configuration.limits.silence = .seconds(5)
        let run = try await WorkerRun.of(configuration)
        #expect(run.counts.ok == run.result.generator.scheduled, "\(run.result.failures)")
        #expect(run.counts.ok > 100)
    }

    @Test func `who does not know the authority does not believe the server`() async throws {
        try await SecuredServer.with { server in
            var settings = server.settings
            settings.authoritiesFile = server.file("stranger.crt")
            let problem = try await problem(settings, server.endpoint)
            #expect(
                problem?.contains("nobody who is believed vouches for") == true,
                "\(problem ?? "")"
            )
            settings.authoritiesFile = nil
            let bySystem = try await self.problem(settings, server.endpoint)
            #expect(bySystem?.contains("nobody who is believed") == true, "\(bySystem ?? "")")
            settings.skipsVerification = true
            #expect(try await self.problem(settings, server.endpoint) == nil)
        }
    }

    @Test func `a certificate is for its names alone`() async throws {
        try await SecuredServer.with { server in
            var settings = server.settings
            #expect(try await problem(settings, server.endpoint) == nil)
            settings.serverName = "store.test"
            #expect(try await problem(settings, server.endpoint) == nil)
            // The address is among the certificate's names, but nobody asked for it.
            settings.serverName = "other.test"
            let problem = try await problem(settings, server.endpoint)
            #expect(problem?.contains("is not for \"other.test\"") == true, "\(problem ?? "")")
        }
    }

    @Test func `an expired certificate is said to be so`() async throws {
        try await SecuredServer.with(certificate: "expired") { server in
            let problem = try await problem(server.settings, server.endpoint)
            #expect(problem?.contains("has expired") == true, "\(problem ?? "")")
        }
    }

    @Test func `a server that wants to know its clients says so`() async throws {
        try await SecuredServer.with { server in
            var settings = server.settings
            (settings.certificateFile, settings.keyFile) = (nil, nil)
            let problem = try await problem(settings, server.endpoint)
            #expect(
                problem?.contains("wants a certificate of the client") == true,
                "\(problem ?? "")"
            )
        }
    }

    @Test func `a server without TLS is said to be one`() async throws {
        try await RedisCluster.with(1) { cluster in
            let problem = try await problem(TLSSettings(), cluster.nodes[0].endpoint)
            #expect(problem?.contains("by TLS") == true, "\(problem ?? "")")
            #expect(problem?.contains("speak TLS") == true, "\(problem ?? "")")
        }
    }

    @Test func `files that hold nothing of use are said before anything starts`() async throws {
        try await SecuredServer.with { server in
            #expect(server.settings.problem == nil)
            var settings = server.settings
            settings.authoritiesFile = server.file("missing.crt")
            #expect(settings.problem?.contains("missing.crt cannot be read") == true)
            settings = server.settings
            settings.keyFile = server.file("server.key")
            #expect(settings.problem?.contains("do not fit") == true, "\(settings.problem ?? "")")
            settings.keyFile = nil
            #expect(settings.problem?.contains("go together") == true)
        }
    }

    /// What is said of a server; nil where all is well.
    private func problem(
        _ settings: TLSSettings,
        _ endpoint: Endpoint
    ) async throws -> String? {
        do {
            _ = try await Inquiry(settings.access).facts(of: endpoint)
            return nil
        } catch let problem as InquiryProblem {
            return problem.description
        }
    }
}
