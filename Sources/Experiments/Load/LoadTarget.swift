internal import LoadGeneration
internal import Quantities

/// What a load is aimed at, as a URL says it.
struct LoadTarget: Equatable {
    enum Kind: Equatable {
        /// One server or a cluster: the server says which.
        case server
        /// Sentinels, and the name of the primary they watch.
        case sentinels(primary: String)
    }

    var kind = Kind.server
    var endpoints: [Address]
    var access = Access()

    static let examples =
        "write redis://127.0.0.1:6379, redis://user:password@host:6379/0, rediss:// for TLS, or "
        + "redis+sentinel://host:26379,host2:26379/primary"

    /// Reads a URL; the scheme may be left out.
    init(parsing text: String) throws(WordingProblem) {
        var rest = text[...]
        var scheme = "redis"
        if let mark = text.firstRange(of: "://") {
            scheme = text[..<mark.lowerBound].lowercased()
            rest = text[mark.upperBound...]
        }
        if scheme.hasPrefix("rediss") {
            access.security = TLSSettings()
            scheme.remove(at: scheme.index(scheme.startIndex, offsetBy: 5))
        }
        let isSentinel = scheme == "redis+sentinel" || scheme == "sentinel"
        guard isSentinel || scheme == "redis" else {
            throw WordingProblem("there is no scheme \"\(scheme)\"", fix: Self.examples)
        }
        var path: Substring?
        if let slash = rest.firstIndex(of: "/") {
            path = rest[rest.index(after: slash)...]
            rest = rest[..<slash]
        }
        endpoints = []
        if let at = rest.lastIndex(of: "@") {
            try readCredentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        for part in rest.split(separator: ",", omittingEmptySubsequences: false) {
            endpoints.append(try Self.endpoint(part, defaultPort: isSentinel ? 26_379 : 6379))
        }
        if isSentinel {
            guard let name = path, !name.isEmpty else {
                throw WordingProblem("the primary's name is missing", fix: Self.examples)
            }
            kind = .sentinels(primary: String(name))
        } else if let path, !path.isEmpty {
            guard let number = Int(path), (0...65_535).contains(number) else {
                throw WordingProblem("\"\(path)\" is no database", fix: "write its number: /0")
            }
            access.database = number
        }
    }

    /// Without the password.
    var text: String {
        let scheme = access.security == nil ? "redis" : "rediss"
        let hosts = endpoints.map(\.description).joined(separator: ",")
        switch kind {
        case .server: return "\(scheme)://\(hosts)"
        case .sentinels(let primary): return "\(scheme)+sentinel://\(hosts)/\(primary)"
        }
    }

    private mutating func readCredentials(_ text: Substring) throws(WordingProblem) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let user = Self.decoded(halves[0]),
            let password = Self.decoded(halves[1])
        else {
            throw WordingProblem(
                "credentials are a user, a colon and a password",
                fix: "write redis://:password@host:6379, special characters as %40"
            )
        }
        access.user = user.isEmpty ? nil : user
        access.password = password
    }

    private static func endpoint(
        _ text: Substring,
        defaultPort: Int
    ) throws(WordingProblem) -> Address {
        if let endpoint = Address(text) { return endpoint }
        let hasPort = text.contains(":") && text.last != "]"
        guard !text.isEmpty, !hasPort,
            let endpoint = Address("\(text):\(defaultPort)")
        else {
            throw WordingProblem("\"\(text)\" is no host with a port", fix: examples)
        }
        return endpoint
    }

    /// With `%40` and the like as what they stand for.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
