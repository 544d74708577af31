internal import Foundation
internal import RESP
internal import Sockets

/// What a server says of itself before any load.
public struct ServerFacts: Sendable, Equatable {
    public enum Mode: String, Sendable {
        case standalone, cluster, sentinel
    }

    /// `redis 7.0.15`; nil where the server does not say.
    public var version: String?
    public var mode = Mode.standalone
    /// Its process, which is worth something only on the same machine.
    public var process: Int?
    /// Whether it copies another server, and so takes no writes.
    public var isReplica = false
}

/// Why a server cannot be measured.
public enum InquiryProblem: Error, Equatable, CustomStringConvertible {
    case unreachable(Endpoint, reason: String)
    /// The connection cannot be secured, or its other end not be believed.
    case insecure(Endpoint, reason: String)
    /// It wants other credentials, or none.
    case refused(Endpoint, reason: String)
    case notRedis(Endpoint)
    case silent(Endpoint)
    /// No sentinel knows a primary of this name.
    case unknownPrimary(String)

    public var description: String {
        switch self {
        case .unreachable(let endpoint, let reason): "cannot connect to \(endpoint): \(reason)"
        case .insecure(let endpoint, let reason):
            "cannot connect to \(endpoint) by TLS: \(reason)"
        case .refused(let endpoint, let reason): "\(endpoint) refuses the connection: \(reason)"
        case .notRedis(let endpoint):
            "\(endpoint) does not speak the protocol of Redis (RESP): is it another service's port, "
                + "or one for TLS?"
        case .silent(let endpoint): "\(endpoint) accepts the connection and does not answer"
        case .unknownPrimary(let name): "no sentinel knows a primary named \"\(name)\""
        }
    }
}

/// Asks servers single questions, on a loop of its own.
public final class Inquiry: Sendable {
    private let thread: LoopThread<SocketLoop>
    private let access: Access
    private static let patience: Int64 = 2_000_000_000

    public init(_ access: Access) async throws {
        self.access = access
        thread = try await LoopThread.start(name: "inquiry") { $0 }
    }

    deinit { thread.post { $0.stop() } }

    /// What a server is, by INFO; one that has no INFO and answers PING will do.
    public func facts(of endpoint: Endpoint) async throws(InquiryProblem) -> ServerFacts {
        let pong = try await ask(["PING"], of: endpoint)
        if case .error(let message) = pong {
            throw .refused(endpoint, reason: message)
        }
        guard let text = try await ask(["INFO"], of: endpoint).text else { return ServerFacts() }
        return ServerFacts(information: text)
    }

    /// Whom the first sentinel that knows calls the primary.
    public func primary(
        _ name: String,
        by sentinels: [Endpoint]
    ) async throws(InquiryProblem) -> Endpoint {
        var last: InquiryProblem?
        for sentinel in sentinels {
            do throws(InquiryProblem) {
                let question = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]
                var plain = Access()
                plain.security = access.security
                let words = try await ask(question, of: sentinel, with: plain).elements ?? []
                if words.count == 2, let host = words[0].text,
                    let port = words[1].text.flatMap({ Int($0) })
                {
                    return Endpoint(host: host, port: port)
                }
            } catch {
                last = error
            }
        }
        throw last ?? .unknownPrimary(name)
    }

    /// One question, and what the server answers; that may be an error of its own.
    func ask(
        _ command: [String],
        of endpoint: Endpoint,
        with access: Access? = nil
    ) async throws(InquiryProblem) -> RESPValue {
        let access = access ?? self.access
        let answer = await withCheckedContinuation { done in
            thread.post { loop in
                OneCommand.send(
                    command,
                    to: endpoint,
                    over: Dialler(loop: loop, access: access),
                    timeout: Self.patience
                ) { done.resume(returning: $0) }
            }
        }
        switch answer {
        case .success(let reply): return reply
        case .failure(.refused(let failure)):
            throw .unreachable(endpoint, reason: failure.text)
        case .failure(.insecure(let reason)): throw .insecure(endpoint, reason: reason)
        case .failure(.timedOut): throw .silent(endpoint)
        case .failure(.connectionClosed), .failure(.notRESP): throw .notRedis(endpoint)
        }
    }
}

extension SocketFailure {
    /// As the system words it.
    var text: String {
        if let reason { return reason }
        return code == EINVAL ? "no such host" : unsafe String(cString: strerror(code))
    }
}

extension ServerFacts {
    /// Reads what INFO says.
    init(information text: String) {
        var fields: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        let name = fields["server_name"] ?? (fields["keel_version"] == nil ? "redis" : "keel")
        let number =
            fields["keel_version"] ?? fields["valkey_version"] ?? fields["redis_version"]
        version = number.map { "\(name) \($0)" }
        mode = fields["redis_mode"].flatMap { Mode(rawValue: String($0)) } ?? .standalone
        if fields["cluster_enabled"] == "1" { mode = .cluster }
        process = fields["process_id"].flatMap { Int($0) }
        isReplica = fields["role"] == "slave"
    }
}
