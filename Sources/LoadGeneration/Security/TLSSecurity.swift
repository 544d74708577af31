internal import NIOCore
internal import NIOSSL
internal import Sockets

/// Secures connections by TLS.
final class TLSSecurity: ConnectionSecurity {
    private let settings: TLSSettings

    init(_ settings: TLSSettings) {
        self.settings = settings
    }

    func codec(for host: String, port: Int) throws(SocketFailure) -> any ConnectionCodec {
        let problem: TLSProblem
        switch TLSContexts.context(for: settings) {
        case .failure(let failure): problem = failure
        case .success(let context):
            let numeric = try? SocketAddress(ipAddress: host, port: port)
            let name = settings.serverName ?? (numeric == nil ? host : nil)
            do {
                let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
                return TLSCodec(
                    handler,
                    to: name == nil ? numeric : nil,
                    named: name ?? host
                )
            } catch {
                problem = TLSProblem("\"\(name ?? host)\" is no name of a server")
            }
        }
        throw SocketFailure(problem.reason)
    }
}
