/// How connections are secured: whom to believe, and who one is.
public struct TLSSettings: Codable, Sendable, Hashable {
    /// A PEM file of the authorities that may vouch for a server; nil for those of the system.
    public var authoritiesFile: String?
    /// PEM files of the client's own certificate, with what vouches for it, and of its key.
    public var certificateFile: String?
    public var keyFile: String?
    /// The name that the server's certificate must be for; nil for the one that was dialled.
    public var serverName: String?
    /// Whether any certificate will do: what is sent is secret then, but who gets it is not known.
    public var skipsVerification = false

    public init() {}

    /// Reads the files.
    ///
    /// - Returns: Why nothing can be secured with them; nil where they will do.
    public var problem: String? {
        switch TLSContexts.context(for: self) {
        case .success: nil
        case .failure(let problem): problem.reason
        }
    }
}
