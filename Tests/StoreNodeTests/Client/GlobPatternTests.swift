import StoreNode
import Testing

@Suite struct GlobPatternTests {
    private func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        return unsafe Array(text.utf8).withUnsafeBytes {
            unsafe GlobPattern(pattern.span).matches($0)
        }
    }

    @Test(arguments: [
        ("*", ""), ("*", "abc"), ("a*c", "abbbc"), ("a?c", "abc"), ("[a-c]x", "bx"),
        ("[^a]x", "bx"), ("[c-a]x", "bx"), (#"\*"#, "*"), ("a**b", "ab"), ("*a*b*", "xaybz"),
        ("h[ae]llo", "hello"), (#"[\]]"#, "]"), ("[abc", "b"), ("", ""), ("user:*:n", "user:1:n"),
    ])
    func `a pattern matches`(pattern: String, text: String) {
        #expect(matches(pattern, text))
    }

    @Test(arguments: [
        ("", "a"), ("a", ""), ("a?c", "ac"), ("[^a]x", "ax"), (#"\*"#, "a"), ("a*b", "abc"),
        ("h[ae]llo", "hillo"), ("[]x", "x"), ("*a", "b"),
    ])
    func `a pattern does not match`(pattern: String, text: String) {
        #expect(!matches(pattern, text))
    }

    @Test func `a pattern of many stars does not take exponential time`() {
        let pattern = String(repeating: "a*", count: 50) + "b"
        #expect(!matches(pattern, String(repeating: "a", count: 2_000)))
    }
}
