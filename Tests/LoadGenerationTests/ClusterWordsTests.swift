import RESP
import Testing
import Topology

@testable import LoadGeneration

@Suite struct ClusterWordsTests {
    private let endpoint = Endpoint(host: "10.0.0.2", port: 6379)

    @Test func `endpoints are read and written`() {
        #expect(Endpoint("10.0.0.2:6379") == endpoint)
        #expect(Endpoint("[::1]:1") == Endpoint(host: "::1", port: 1))
        #expect(Endpoint("::1:7000")?.description == "[::1]:7000")
        for text in ["", "a", "a:", "a:0", "a:65536", ":1", "a:b", "a:-1"] {
            #expect(Endpoint(text) == nil, "\(text)")
        }
    }

    @Test func `error replies say what to do`() {
        #expect(
            ErrorReply("MOVED 3999 10.0.0.2:6379", from: "h") == .moved(slot: 3999, to: endpoint)
        )
        #expect(
            ErrorReply("MOVED 1 :7", from: "h")
                == .moved(slot: 1, to: Endpoint(host: "h", port: 7))
        )
        for message in [
            "MOVED", "MOVED x y", "MOVED 16384 10.0.0.2:1", "CLUSTERDOWN The cluster is down",
            "TRYAGAIN Multiple keys", "LOADING Redis is loading", "READONLY a replica", "ASK 3",
        ] {
            #expect(ErrorReply(message, from: "h") == .tryLater, "\(message)")
        }
        #expect(
            ErrorReply("ASK 3 10.0.0.2:1", from: "h") == .ask(Endpoint(host: "10.0.0.2", port: 1))
        )
        #expect(ErrorReply("OOM command not allowed", from: "h") == .refused)
        #expect(ErrorReply("", from: "h") == .refused)
        #expect(ErrorReply.className("OOM command not allowed") == "OOM")
        #expect(ErrorReply.className("oops") == "error")
        #expect(ErrorReply.className("") == "error")
    }

    @Test func `CLUSTER SLOTS is read, addresses left out are the asked node's`() {
        func node(_ host: RESPValue, _ port: Int) -> RESPValue {
            .array([host, .integer(port), .bulk(Array("id".utf8)), .array([])])
        }
        let named = RESPValue.bulk(Array("10.0.0.2".utf8))
        let reply = RESPValue.array([
            .array([.integer(0), .integer(99), node(named, 6379), node(.null, 7)]),
            .array([.integer(100), .integer(100), node(.bulk(Array("?".utf8)), 6379)]),
        ])
        #expect(
            SlotRange.decode(reply, askedAt: "h") == [
                SlotRange(
                    slots: 0...99,
                    primary: endpoint,
                    replicas: [Endpoint(host: "h", port: 7)]
                )
            ]
        )
        for broken: RESPValue in [
            .error("ERR"), .array([.integer(1)]),
            .array([.array([.integer(5), .integer(4), node(named, 1)])]),
            .array([.array([.integer(0), .integer(16_384), node(named, 1)])]),
        ] {
            #expect(SlotRange.decode(broken, askedAt: "h") == nil)
        }
    }

    @Test func `a view keeps what a map leaves out`() {
        var view = ClusterView(endpoints: [endpoint])
        #expect(view.primary(ofSlot: 5) == nil && !view.hasAllSlots)
        let other = Endpoint(host: "10.0.0.3", port: 6379)
        view.apply([SlotRange(slots: 0...16_383, primary: endpoint, replicas: [])])
        view.apply([SlotRange(slots: 0...9, primary: other, replicas: [])])
        #expect(view.hasAllSlots)
        #expect(view.primary(ofSlot: 9) == 1 && view.primary(ofSlot: 10) == 0)
        #expect(view.primaryNodes == [0, 1])
    }

    @Test func `commands and events survive their lines`() {
        for command in [WorkerCommand.start(at: 12_345), .stop] {
            #expect(WorkerCommand(line: command.line) == command)
        }
        for line in ["", "start", "start x", "start -1", "stop now", "go"] {
            #expect(WorkerCommand(line: line) == nil)
        }
        var event = WorkerEvent(.progress, worker: 3, phase: "measure", at: 9)
        event.p99 = 0.25
        let line = String(decoding: event.line(), as: UTF8.self)
        #expect(line.hasSuffix("\n") && line.split(separator: "\n").count == 1)
        #expect(WorkerEvent(line: line) == event)
        #expect(WorkerEvent(line: "Segmentation fault") == nil)
    }

    @Test func `nonsense is refused before anything starts`() throws {
        let good = WorkerConfiguration.brief([], load: .closed(pipeline: 1))
        func problem(_ change: (inout WorkerConfiguration) -> Void) -> Bool {
            var configuration = good
            configuration.endpoints = [endpoint]
            change(&configuration)
            return (try? configuration.validate()) == nil
        }
        #expect(!problem { _ in })
        #expect(problem { $0.endpoints = [] })
        #expect(problem { $0.worker = 1 })
        #expect(problem { $0.workers = 0 })
        #expect(problem { $0.clients = 0 })
        #expect(problem { $0.measure = .zero })
        #expect(problem { $0.load = .open(operationsPerSecond: .nan) })
        #expect(problem { $0.load = .closed(pipeline: 0) })
        #expect(problem { $0.limits.request = .zero })
    }
}

/// The slot of a key's name.
func slot(of name: String) -> Int { KeySlot.slot(of: name) }
