import Determinism
import Foundation
import Histories
import Testing

@testable import Workloads

@Suite struct WorkloadTests {
    @Test(arguments: workloads.indices)
    func `every workload survives encoding and takes its parameters`(index: Int) throws {
        var workload = workloads[index].init()
        workload.records = 77
        workload.valueBytes = 333
        workload.distribution = AnyDistribution(Zipfian(exponent: 0.5))
        workload.shape.keyBytes = .uniform(20...30)
        workload.shape.lifetime = .fixed(60_000)
        workload.shape.filling = .scattered(sixtyFourths: 16)
        workload.shape.drift = 0.01
        let json = try JSONEncoder().encode(AnyWorkload(workload))
        let restored = try JSONDecoder().decode(AnyWorkload.self, from: json)
        #expect(restored.name == workloads[index].name)
        #expect(restored.base.records == 77)
        #expect(restored.base.valueBytes == 333)
        #expect(restored.base.shape == workload.shape)
        #expect(restored.base.distribution == workload.distribution)
        let shares = restored.base.mix.shares.map(\.share)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }

    @Test func `a name of any form says its key, and no other name does`() {
        let naming = KeyNaming(prefix: "{all}:", lengths: .uniform(18...40))
        for key in [0, 7, 123_456_789] {
            #expect(naming.key(of: naming.bytes(of: key).span) == key)
        }
        for name in ["{all}:000000007", "{all}:00000000x7", "key:0000000007", "{all}:0000000007.x"]
        {
            #expect(naming.key(of: Array(name.utf8).span) == nil, "\(name)")
        }
    }

    @Test func `names are unique`() {
        #expect(Set(workloads.map { $0.name }).count == workloads.count)
    }

    @Test func `what is left out has YCSB's value, and a law is a bare name too`() throws {
        let workload = try decode(#"{"kind":"ycsb-a","distribution":"uniform"}"#).base
        #expect(workload.records == 1000)
        #expect(workload.valueBytes == 1000)
        #expect(workload.distribution == AnyDistribution(Uniform()))
        let plain = try decode(#"{"kind":"ycsb-b"}"#).base
        #expect(plain.distribution == AnyDistribution(Zipfian(exponent: 0.99)))
    }

    @Test(
        arguments: [
            #"{"kind":"ycsb-z"}"#, #"{"kind":"ycsb-a","records":0}"#,
            #"{"kind":"ycsb-a","shape":{"valueBytes":0}}"#,
            #"{"kind":"ycsb-a","distribution":"zipf"}"#,
            #"{"kind":"commands","commands":[]}"#,
            #"{"kind":"commands","commands":[{"command":"GET __kee__","weight":1}]}"#,
            #"{"kind":"commands","commands":[{"command":"GET __key__","weight":0}]}"#,
            #"{"kind":"ycsb-a","distribution":{"kind":"zipfian","exponent":-1}}"#, "{}",
        ]
    )
    func `nonsense is refused`(json: String) {
        #expect(throws: DecodingError.self) { try decode(json) }
    }

    @Test func `a key's name gives its index back`() {
        for key in [0, 9, 12_345, 99_999_999] {
            let name = KeyName.bytes(of: key)
            #expect(name.count == KeyName.byteCount)
            #expect(KeyNaming().key(of: name.span) == key)
        }
        #expect(String(decoding: KeyName.bytes(of: 42), as: UTF8.self) == "key:0000000042")
        #expect(KeyNaming().key(of: Array("probe:00000042".utf8).span) == nil)
        #expect(KeyNaming().key(of: Array("key:00000000x2".utf8).span) == nil)
        #expect(KeyNaming().key(of: Array("key:0000000042.x".utf8).span) == nil)
    }

    @Test func `longer names are the same in every run, and give their index back too`() {
        let naming = KeyNaming(lengths: .uniform(1...40))
        var lengths: Set<Int> = []
        for key in 0..<2000 {
            let name = naming.bytes(of: key)
            lengths.insert(name.count)
            #expect(name.count == naming.length(of: key))
            #expect(KeyNaming().key(of: name.span) == key)
        }
        #expect(lengths == Set(14...40))
        #expect(naming.onlyLength == nil && naming.greatestLength == 40)
        #expect(KeyNaming(lengths: .fixed(3)).onlyLength == 14)
        let user = KeyNaming(prefix: "{user}:", lengths: .fixed(20))
        #expect(String(decoding: user.bytes(of: 7), as: UTF8.self) == "{user}:0000000007...")
    }

    private func decode(_ json: String) throws -> AnyWorkload {
        try JSONDecoder().decode(AnyWorkload.self, from: Data(json.utf8))
    }
}
