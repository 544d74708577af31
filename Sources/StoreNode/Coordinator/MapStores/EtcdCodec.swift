package import Coordination
internal import FoundationEssentials

/// Requests as etcd's JSON gateway takes them, and its answers.
///
/// Bytes are base64 in it and 64-bit numbers texts; what is zero or empty is left out.
package enum EtcdCodec {
    /// An answer that is none: nobody can say whether something was done.
    package struct Trouble: Error, Equatable {
        package var reason: String
    }

    package static func path(of request: EtcdRequest) -> String {
        switch request {
        case .grantLease: "/v3/lease/grant"
        case .keepLease: "/v3/lease/keepalive"
        case .revokeLease: "/v3/lease/revoke"
        case .transaction: "/v3/kv/txn"
        }
    }

    package static func body(of request: EtcdRequest) -> String {
        switch request {
        case .grantLease(let seconds): "{\"TTL\":\"\(seconds)\"}"
        case .keepLease(let lease), .revokeLease(let lease): "{\"ID\":\"\(lease)\"}"
        case .transaction(let transaction):
            "{\"compare\":[\(list(transaction.conditions, text))],"
                + "\"success\":[\(list(transaction.success, text))],"
                + "\"failure\":[\(list(transaction.failure, text))]}"
        }
    }

    package static func reply(
        to request: EtcdRequest,
        _ response: HTTPResponse
    ) throws(Trouble) -> EtcdReply {
        guard response.status == 200 else { return try refusal(response) }
        guard var answer = decoded(response.body) else { throw trouble(response) }
        if case .keepLease = request, let result = answer.result {
            answer.header = result.header
            answer.TTL = result.TTL ?? "0"
        }
        guard let header = answer.header, let revision = number(header.revision),
            let term = number(header.raftTerm)
        else { throw trouble(response) }
        let result: EtcdReply.Result
        switch request {
        case .grantLease:
            guard let lease = number(answer.ID), let seconds = number(answer.TTL) else {
                throw trouble(response)
            }
            result = .granted(lease: lease, seconds: seconds)
        case .keepLease:
            guard let seconds = number(answer.TTL) else { throw trouble(response) }
            result = .kept(seconds: max(0, seconds))
        case .revokeLease: result = .revoked
        case .transaction:
            guard let entries = entries(answer.responses ?? []) else { throw trouble(response) }
            result = .transaction(succeeded: answer.succeeded ?? false, entries)
        }
        return EtcdReply(revision: revision, term: UInt64(clamping: term), result)
    }

    /// Errors that say for certain that nothing was done, and what follows; all others are trouble.
    private static func refusal(_ response: HTTPResponse) throws(Trouble) -> EtcdReply {
        let text = String(decoding: response.body, as: UTF8.self)
        if text.contains("requested lease not found") {
            return EtcdReply(revision: 0, term: 0, .leaseMissing)
        }
        if text.contains("request is too large") || text.contains("larger than max") {
            return EtcdReply(revision: 0, term: 0, .tooLarge)
        }
        throw trouble(response)
    }

    private static func trouble(_ response: HTTPResponse) -> Trouble {
        let text = String(decoding: response.body.prefix(200), as: UTF8.self)
        return Trouble(reason: "etcd answers with status \(response.status): \(text)")
    }

    private static func list<Element>(
        _ elements: [Element],
        _ text: (Element) -> String
    ) -> String {
        elements.map(text).joined(separator: ",")
    }

    private static func text(_ condition: EtcdTransaction.Condition) -> String {
        switch condition {
        case .created(let key, let revision):
            "{\"key\":\"\(base64(key.utf8))\",\"target\":\"CREATE\",\"result\":\"EQUAL\","
                + "\"create_revision\":\"\(revision)\"}"
        case .modified(let key, let revision):
            "{\"key\":\"\(base64(key.utf8))\",\"target\":\"MOD\",\"result\":\"EQUAL\","
                + "\"mod_revision\":\"\(revision)\"}"
        }
    }

    private static func text(_ operation: EtcdTransaction.Operation) -> String {
        switch operation {
        case .put(let key, let value, let lease):
            "{\"request_put\":{\"key\":\"\(base64(key.utf8))\",\"value\":\"\(base64(value))\","
                + "\"lease\":\"\(lease ?? 0)\"}}"
        case .read(let key): "{\"request_range\":{\"key\":\"\(base64(key.utf8))\"}}"
        }
    }

    private static func base64(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    private static func number(_ text: String?) -> Int64? { text.flatMap { Int64($0) } }

    private static func decoded(_ body: [UInt8]) -> Answer? {
        let decoder = JSONDecoder()
        // Newer versions of etcd write the same names in the other style.
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(Answer.self, from: Data(body))
    }

    /// One for each read, in order; nil where one makes no sense.
    private static func entries(_ responses: [Answer.Response]) -> [EtcdEntry?]? {
        var entries: [EtcdEntry?] = []
        for case let range? in responses.map(\.responseRange) {
            guard let found = range.kvs?.first else {
                entries.append(nil)
                continue
            }
            guard let value = Data(base64Encoded: found.value ?? ""),
                let created = number(found.createRevision),
                let modified = number(found.modRevision), let lease = number(found.lease ?? "0")
            else { return nil }
            let entry = EtcdEntry(
                value: Array(value),
                created: created,
                modified: modified,
                lease: lease
            )
            entries.append(entry)
        }
        return entries
    }
}

/// Every answer that is asked for, as its JSON is.
private struct Answer: Decodable {
    var header: Header?
    // swift-format-ignore: AlwaysUseLowerCamelCase
    var ID: String?
    // swift-format-ignore: AlwaysUseLowerCamelCase
    var TTL: String?
    var succeeded: Bool?
    var responses: [Response]?
    var result: Kept?

    struct Header: Decodable {
        var revision: String?
        var raftTerm: String?
    }

    /// A lease's stream has its answers one level deeper.
    struct Kept: Decodable {
        var header: Header?
        // swift-format-ignore: AlwaysUseLowerCamelCase
        var TTL: String?
    }

    struct Response: Decodable {
        var responseRange: Range?
    }

    struct Range: Decodable {
        var kvs: [Entry]?
    }

    struct Entry: Decodable {
        var value: String?
        var createRevision: String?
        var modRevision: String?
        var lease: String?
    }
}
