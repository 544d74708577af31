import Coordination
import StoreNode
import Testing

/// Answers as etcd 3.4.23 gave them, byte for byte.
@Suite struct EtcdCodecTests {
    private static let header =
        "\"header\":{\"cluster_id\":\"324952591200643719\",\"member_id\":\"3319814642761637952\","
        + "\"revision\":\"3\",\"raft_term\":\"2\"}"

    private func reply(
        to request: EtcdRequest,
        _ text: String,
        status: Int = 200
    ) throws -> EtcdReply {
        try EtcdCodec.reply(to: request, HTTPResponse(status: status, body: Array(text.utf8)))
    }

    private static let read = EtcdRequest.transaction(EtcdTransaction(success: [.read("/l")]))

    @Test func `leases are granted, kept, lost and revoked`() throws {
        let granted = "{\(Self.header),\"ID\":\"2324035518123505416\",\"TTL\":\"2\"}"
        let lease: Int64 = 2_324_035_518_123_505_416
        #expect(
            try reply(to: .grantLease(seconds: 2), granted)
                == EtcdReply(revision: 3, term: 2, .granted(lease: lease, seconds: 2))
        )
        let kept = "{\"result\":{\(Self.header),\"ID\":\"\(lease)\",\"TTL\":\"2\"}}\n"
        #expect(try reply(to: .keepLease(lease), kept).result == .kept(seconds: 2))
        let lost = "{\"result\":{\(Self.header),\"ID\":\"\(lease)\"}}\n"
        #expect(try reply(to: .keepLease(lease), lost).result == .kept(seconds: 0))
        #expect(try reply(to: .revokeLease(lease), "{\(Self.header)}").result == .revoked)
        let missing =
            "{\"error\":\"etcdserver: requested lease not found\",\"message\":\"etcdserver: requested "
            + "lease not found\",\"code\":5}"
        #expect(try reply(to: .revokeLease(lease), missing, status: 404).result == .leaseMissing)
    }

    @Test func `transactions say what was chosen and what was read`() throws {
        let stored =
            "{\(Self.header),\"succeeded\":true,\"responses\":[{\"response_put\":{\"header\":"
            + "{\"revision\":\"3\"}}},{\"response_range\":{\"header\":{\"revision\":\"3\"}}}]}"
        #expect(try reply(to: Self.read, stored).result == .transaction(succeeded: true, [nil]))
        let found =
            "{\(Self.header),\"responses\":[{\"response_range\":{\"header\":{\"revision\":\"3\"},"
            + "\"kvs\":[{\"key\":\"L2w=\",\"create_revision\":\"3\",\"mod_revision\":\"4\","
            + "\"version\":\"1\",\"value\":\"bWU=\",\"lease\":\"2324035518123505418\"}],"
            + "\"count\":\"1\"}}]}"
        let entry = EtcdEntry(
            value: Array("me".utf8),
            created: 3,
            modified: 4,
            lease: 2_324_035_518_123_505_418
        )
        #expect(
            try reply(to: Self.read, found).result == .transaction(succeeded: false, [entry])
        )
    }

    @Test func `requests say what they say, in base64`() {
        let transaction = EtcdTransaction(
            [.created("/l", at: 0), .modified("/m", at: 7)],
            success: [.put("/l", [255, 0], lease: 5)],
            failure: [.read("/l")]
        )
        #expect(
            EtcdCodec.body(of: .transaction(transaction))
                == "{\"compare\":[{\"key\":\"L2w=\",\"target\":\"CREATE\",\"result\":\"EQUAL\","
                + "\"create_revision\":\"0\"},{\"key\":\"L20=\",\"target\":\"MOD\",\"result\":"
                + "\"EQUAL\",\"mod_revision\":\"7\"}],\"success\":[{\"request_put\":{\"key\":"
                + "\"L2w=\",\"value\":\"/wA=\",\"lease\":\"5\"}}],\"failure\":[{\"request_range\":"
                + "{\"key\":\"L2w=\"}}]}"
        )
        #expect(EtcdCodec.body(of: .keepLease(9)) == "{\"ID\":\"9\"}")
        #expect(EtcdCodec.path(of: .keepLease(9)) == "/v3/lease/keepalive")
    }

    @Test(arguments: [
        ("", 200), ("{}", 200), ("[]", 200), ("{\"header\":{\"revision\":\"x\"}}", 200),
        ("{\"error\":\"etcdserver: request timed out\",\"code\":14}", 503),
        ("<html>", 502),
    ])
    func `whatever else comes says nothing of what was done`(text: String, status: Int) {
        #expect(throws: EtcdCodec.Trouble.self) {
            _ = try reply(to: Self.read, text, status: status)
        }
    }
}
