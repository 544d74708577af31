internal import Sockets

/// What a server asks of a connection before it answers requests.
public struct Access: Codable, Sendable, Equatable {
    public var user: String?
    public var password: String?
    public var database = 0
    /// RESP3, agreed on with HELLO; servers before Redis 6 know RESP2 only.
    public var isRESP3 = false
    /// How connections are secured; nil where all is sent in plain text.
    public var security: TLSSettings?

    public init() {}

    /// The commands that each connection begins with.
    var greeting: [[String]] {
        var commands: [[String]] = []
        let credentials = password.map { [user ?? "default", $0] }
        if isRESP3 {
            commands.append(["HELLO", "3"] + (credentials.map { ["AUTH"] + $0 } ?? []))
        } else if let password {
            commands.append(["AUTH"] + (user.map { [$0, password] } ?? [password]))
        }
        if database > 0 { commands.append(["SELECT", String(database)]) }
        return commands
    }
}

/// Makes the connections of one loop, all with the same credentials.
struct Dialler {
    let loop: SocketLoop
    let access: Access
    private let security: (any ConnectionSecurity)?

    init(loop: SocketLoop, access: Access = Access()) {
        self.loop = loop
        self.access = access
        security = access.security.map { TLSSecurity($0) }
    }

    /// The same connections for servers that have other credentials, or none.
    var withoutCredentials: Self {
        var access = Access()
        access.security = self.access.security
        return Self(loop: loop, access: access)
    }

    func connection() -> Connection {
        Connection(loop: loop, security: security)
    }
}
