import Determinism
import Histories
import Quantities
import Testing

@testable import Workloads

@Suite struct AmountLawTests {
    private static let bytes = 1...1_048_576

    @Test(arguments: [
        ("100", 100, 100), ("4k", 4096, 4096), ("64..1024", 64, 1024), ("64:90,1024:10", 64, 1024),
        ("64..1024:zipfian:1.2", 64, 1024), ("7..7", 7, 7), ("1:50%,2:50%", 1, 2),
    ])
    func `sizes are read`(text: String, least: Int, greatest: Int) throws {
        let law = try AmountLaw(parsing: text, unit: .bytes, in: Self.bytes)
        #expect(law.least == least && law.greatest == greatest)
        let again = try AmountLaw(parsing: law.text(unit: .bytes), unit: .bytes, in: Self.bytes)
        #expect(again == law)
        #expect(law.only == (least == greatest ? least : nil))
    }

    @Test func `lifetimes are read`() throws {
        let law = try AmountLaw(
            parsing: "500ms..1m30s",
            unit: .milliseconds,
            in: RecordShape.lifetimeRange
        )
        #expect(law == .uniform(500...90_000) || law.greatest == 90_000)
        #expect(law.text(unit: .milliseconds) == "500ms..1m30s")
    }

    @Test(arguments: [
        ("", "write `100`"), ("x", "write `100`"), ("0", "write 1 to 1048576"), ("-5", "no amount"),
        ("2..1", "write 1..2"), ("1..", "no amount"), ("..5", "no amount"),
        ("1..5:zipf", "zipfian"),
        ("1..5:sequential", "in which order"), ("64:0", "no weight"), ("64:90,5", "its weight"),
        ("64:1:2", "its weight"), ("1.5", "no amount"), ("10EB", "no amount"),
    ])
    func `nonsense is refused with what to write`(text: String, words: String) {
        do throws(WordingProblem) {
            _ = try AmountLaw(parsing: text, unit: .bytes, in: Self.bytes)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }

    @Test(arguments: ["100", "10..29", "10..29:zipfian", "10:90,20:9,30:1", "10..500:exponential"])
    func `amounts follow their law by the chi-square test`(text: String) throws {
        let law = try AmountLaw(parsing: text, unit: .bytes, in: Self.bytes)
        let sampler = law.sampler
        var generator = SeededGenerator(seed: Seed(31))
        var counts = [Int](repeating: 0, count: law.greatest + 1)
        for _ in 0..<100_000 { counts[sampler.next(using: &generator)] += 1 }
        var (statistic, degrees) = (0.0, -1.0)
        for amount in law.least...law.greatest {
            let expected = sampler.probability(of: amount) * 100_000
            guard expected > 0 else {
                #expect(counts[amount] == 0)
                continue
            }
            let difference = Double(counts[amount]) - expected
            statistic += difference * difference / expected
            degrees += 1
        }
        let limit = degrees + 2.4 * (2 * degrees).squareRoot() + 4
        #expect(statistic <= max(0, limit), "\(text): \(statistic), seed 31")
    }

    @Test func `requests carry the sizes and lifetimes that were asked for`() {
        var workload = YCSBA()
        workload.shape.valueBytes = .weighted([
            .init(amount: 30, weight: 3), .init(amount: 90, weight: 1),
        ])
        workload.shape.lifetime = .uniform(1000...2000)
        var source = OperationSourceTests.source(workload)
        var large = 0
        for _ in 0..<20_000 {
            let operation = source.next()
            guard operation.kind == .update else {
                #expect(operation.valueBytes == 0 && operation.lifetime == 0)
                continue
            }
            #expect((1000...2000).contains(operation.lifetime))
            if operation.valueBytes == 90 {
                large += 1
            } else {
                #expect(operation.valueBytes == 30)
            }
        }
        #expect(abs(large - 2500) < 200, "seed 11")
        #expect(source.loading(of: 3) == source.loading(of: 3))
    }

    @Test(arguments: ["random", "pattern", "compressible:4", "compressible:64"])
    func `fillings are read and written`(text: String) throws {
        #expect(try ValueFilling(parsing: text).text == text)
    }

    @Test(arguments: ["", "rnd", "compressible", "compressible:0", "compressible:65"])
    func `other fillings are refused`(text: String) {
        #expect(throws: WordingProblem.self) { try ValueFilling(parsing: text) }
    }
}
