import Foundation
import Testing

@testable import LoadGeneration

/// A redis-server that speaks TLS alone, and the certificates that its clients may show or believe.
struct SecuredServer {
    let endpoint: Endpoint
    private let folder: URL

    private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static let isPossible = openssl != nil && RedisCluster.executable != nil

    /// Of the authority that vouches for the server, or of another one.
    func file(_ name: String) -> String { folder.appending(path: name).path }

    /// What a client believes, and who it is.
    var settings: TLSSettings {
        var settings = TLSSettings()
        settings.authoritiesFile = file("authority.crt")
        settings.certificateFile = file("client.crt")
        settings.keyFile = file("client.key")
        return settings
    }

    /// Runs a server for the test; its certificate is for 127.0.0.1 and the name `store.test`.
    ///
    /// - Parameter options: Of redis-server, besides.
    static func with(
        certificate: String = "server",
        _ options: String...,
        body: (SecuredServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "secured-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try makeCertificates(in: folder)
        let server = SecuredServer(
            endpoint: Endpoint(host: "127.0.0.1", port: try RedisCluster.freePort()),
            folder: folder
        )
        try await server.run(["--save", ""] + options, certificate: certificate) {
            try await body(server)
        }
    }

    /// Runs a sentinel that watches this server, under the name `main`.
    func withSentinel(_ body: (Endpoint) async throws -> Void) async throws {
        let sentinel = SecuredServer(
            endpoint: Endpoint(host: "127.0.0.1", port: try RedisCluster.freePort()),
            folder: folder
        )
        let monitor = "sentinel monitor main 127.0.0.1 \(endpoint.port) 1\n"
        try Data(monitor.utf8).write(to: folder.appending(path: "sentinel.conf"))
        try await sentinel.run(["--tls-replication", "yes"], file: ["sentinel.conf"], "--sentinel")
        {
            try await body(sentinel.endpoint)
        }
    }

    private func run(
        _ options: [String],
        certificate: String = "server",
        file: [String] = [],
        _ mode: String...,
        body: () async throws -> Void
    ) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(RedisCluster.executable))
        process.currentDirectoryURL = folder
        process.arguments =
            file + [
                "--port", "0", "--tls-port", "\(endpoint.port)", "--bind", "127.0.0.1",
                "--tls-cert-file", "\(certificate).crt", "--tls-key-file", "\(certificate).key",
                "--tls-ca-cert-file", "authority.crt", "--tls-auth-clients", "yes",
            ] + options + mode
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var settings = settings
        settings.skipsVerification = true
        let inquiry = try await Inquiry(settings.access)
        try await eventually("the server listens") {
            (try? await inquiry.facts(of: endpoint)) != nil
        }
        try await body()
    }

    private static func makeCertificates(in folder: URL) throws {
        let names = "subjectAltName=IP:127.0.0.1,DNS:store.test"
        for authority in ["authority", "stranger"] {
            try run(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(authority)"
                    + " -keyout \(authority).key -out \(authority).crt",
                in: folder
            )
        }
        try Data(names.utf8).write(to: folder.appending(path: "names"))
        for name in ["server", "expired", "client"] {
            try run(
                "req -newkey rsa:2048 -nodes -subj /CN=\(name) -keyout \(name).key"
                    + " -out \(name).csr",
                in: folder
            )
            try run(
                "x509 -req -in \(name).csr -CA authority.crt -CAkey authority.key -CAcreateserial"
                    + " -extfile names -days \(name == "expired" ? -1 : 2) -out \(name).crt",
                in: folder
            )
        }
    }

    private static func run(_ arguments: String, in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(openssl))
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}

extension TLSSettings {
    var access: Access {
        var access = Access()
        access.security = self
        return access
    }
}
