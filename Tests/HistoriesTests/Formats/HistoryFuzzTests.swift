import Histories
import Testing

/// Small histories, changed at random: whatever the bytes, there is a history or a problem.
@Suite struct HistoryFuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let seeds: [String] =
        HistoryExportTests.histories.map(\.1) + [
            "INFO  jepsen.util - 0\t:invoke\t:cas\t[3 4]\nINFO  jepsen.util - 0\t:fail\t:cas\t[3 4]\n",
            "w 1 5\nr 1 5\n-----\nr 2 6\n=====\nw 2 6\n",
            "[{\"process\":0,\"type\":\"invoke\",\"f\":\"read\",\"value\":[\"k\\u00e9\",null]}]",
            "{:process 0, :type :invoke, :f :add, :value #{1/2 \\a ##Inf :b 1e9 7N}} #_ #x (1)",
        ]
    private static let bits = [
        "{", "}", "[", "]", "(", ")", "\"", "\\", "#", "#_", "#{", ":", ";", ",", "nil", "\n", "-",
        "99999999999999999999", "-9223372036854775808", "\\u", "\u{FFFF}", "null", "=====", "_",
    ]

    private func changed(_ text: String, _ random: inout Generator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let length = min(bytes.count - place, Int.random(in: 0...6, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place..<place + length)
            case 1: bytes.removeSubrange(place...)
            case 2:
                let bit = Self.bits[Int.random(in: 0..<Self.bits.count, using: &random)]
                bytes.insert(contentsOf: Array(bit.utf8), at: place)
            case 3:
                for index in place..<place + length {
                    bytes[index] = UInt8.random(in: 0...255, using: &random)
                }
            default: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
            }
        }
        return bytes
    }

    @Test(arguments: UInt64(1)...8)
    func `no bytes trap, and few at a time give the same as all at once`(seed: UInt64) {
        var random = Generator(state: seed)
        for _ in 0..<400 {
            let text = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)]
            let bytes = changed(text, &random)
            let subject = HistorySubject.allCases[
                Int.random(in: 0..<HistorySubject.allCases.count, using: &random)
            ]
            for format in historyFormats {
                let whole = outcome(bytes, format, subject, chunk: 1 << 20)
                let pieces = outcome(bytes, format, subject, chunk: 3)
                #expect(
                    whole == pieces,
                    "seed \(seed), \(format.name): \(String(decoding: bytes, as: UTF8.self))"
                )
                if case .success(let history) = whole { writeEverywhere(history) }
            }
        }
    }

    private func outcome(
        _ bytes: [UInt8],
        _ format: any HistoryFormat.Type,
        _ subject: HistorySubject,
        chunk: Int
    ) -> Result<History, HistoryProblem> {
        var input = HistoryInput(MemorySource(bytes), chunk: chunk)
        do throws(HistoryProblem) {
            return .success(try format.read(&input, subject))
        } catch {
            return .failure(error)
        }
    }

    private func writeEverywhere(_ history: History) {
        for format in historyFormats { _ = try? exported(history, as: format) }
    }
}
