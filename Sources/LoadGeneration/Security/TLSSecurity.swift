internal import NIOCore
internal import NIOSSL

/// Secures connections by TLS.
final class TLSSecurity: ConnectionSecurity {
    private let settings: TLSSettings

    init(_ settings: TLSSettings) {
        self.settings = settings
    }

    func codec(for endpoint: Endpoint) throws(SocketFailure) -> any ConnectionCodec {
        let problem: TLSProblem
        switch TLSContexts.context(for: settings) {
        case .failure(let failure): problem = failure
        case .success(let context):
            let numeric = try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port)
            let name = settings.serverName ?? (numeric == nil ? endpoint.host : nil)
            do {
                let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
                return TLSCodec(
                    handler,
                    to: name == nil ? numeric : nil,
                    named: name ?? endpoint.host
                )
            } catch {
                problem = TLSProblem("\"\(name ?? endpoint.host)\" is no name of a server")
            }
        }
        throw SocketFailure(problem.reason)
    }
}
