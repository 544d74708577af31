import Consistency
import Histories
import Testing

@Suite struct PartialHistoryTests {
    @Test func `a part of a history proves nothing, and contradicts nothing`() {
        let none = "one of 3 parts"
        let invalid = Conclusion(verdict: .invalid(["stale"]), operations: 4)
        let judged = invalid.ofPart(missing: none)
        #expect(judged.verdict.name == "assumption-violated")
        #expect(judged.notes == ["by itself the part is invalid: stale"])
        let valid = Conclusion(verdict: .valid, operations: 4)
        #expect(valid.ofPart(missing: none).verdict.name == "unknown")
        #expect(valid.ofPart(missing: nil) == valid && invalid.ofPart(missing: nil) == invalid)
    }
}
