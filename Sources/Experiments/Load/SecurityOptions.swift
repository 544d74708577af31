internal import Consistency
internal import LoadGeneration

/// How the user wants connections secured, as it was written.
public struct SecurityOptions: Sendable {
    /// TLS, whatever the URL says.
    public var isSecured = false
    public var authorities: String?
    public var certificate: String?
    public var key: String?
    public var serverName: String?
    public var skipsVerification = false

    public init() {}

    private var saysMore: Bool {
        skipsVerification || [authorities, certificate, key, serverName].contains { $0 != nil }
    }

    /// The settings that these options come to; nil for plain text.
    func settings(for target: LoadTarget) throws(CommandFailure) -> TLSSettings? {
        guard isSecured || target.access.security != nil else {
            guard !saysMore else {
                throw CommandFailure(
                    .usage,
                    "the other options for TLS say nothing without it: write rediss:// or --tls"
                )
            }
            return nil
        }
        guard !skipsVerification || authorities == nil && serverName == nil else {
            throw CommandFailure(
                .usage,
                "--tls-skip-verify believes any server: --tls-ca and --tls-name are in vain"
            )
        }
        var settings = TLSSettings()
        settings.authoritiesFile = authorities
        settings.certificateFile = certificate
        settings.keyFile = key
        settings.serverName = serverName
        settings.skipsVerification = skipsVerification
        if let problem = settings.problem { throw CommandFailure(.usage, "TLS: \(problem)") }
        return settings
    }
}
