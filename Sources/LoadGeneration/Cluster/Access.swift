/// What a server asks of a connection before it answers requests.
public struct Access: Codable, Sendable, Equatable {
    public var user: String?
    public var password: String?
    public var database = 0
    /// RESP3, agreed on with HELLO; servers before Redis 6 know RESP2 only.
    public var isRESP3 = false
    /// TLS, with a certificate that the system's authorities vouch for.
    public var isSecured = false

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
    var access = Access()
    var security: (any ConnectionSecurity)?

    func connection() -> Connection {
        Connection(loop: loop, security: security)
    }
}
