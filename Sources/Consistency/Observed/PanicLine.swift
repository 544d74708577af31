/// A line of a store's log that no store writes while all is well.
public struct PanicLine: Sendable, Hashable {
    /// Relative to the trial's folder.
    public var file: String
    /// From 1.
    public var line: Int
    public var text: String
    /// The pattern that it fits.
    public var pattern: String

    public init(file: String, line: Int, text: String, pattern: String) {
        self.file = file
        self.line = line
        self.text = text
        self.pattern = pattern
    }
}

/// What the logs of a store were searched for, and what was found.
public struct LogSearch: Sendable, Hashable {
    public var files = 0
    public var lines = 0
    public var panics: [PanicLine] = []
    /// Files that could not be read.
    public var unread: [String] = []

    public init() {}
}

/// Texts that stand in a log where a program has come to grief, whatever it is written in.
public struct PanicPatterns: Sendable {
    /// In small letters.
    private let patterns: [(text: String, bytes: [UInt8])]

    /// Of programs in Swift, C, C++, Go, Rust and Java, and of the sanitizers.
    public static let common = [
        "fatal error", "panic:", "panicked at", "precondition failed", "assertion failed",
        "assertion `", "sigsegv", "sigabrt", "sigbus", "sigill", "segmentation fault",
        "addresssanitizer", "threadsanitizer", "undefinedbehaviorsanitizer", "runtime error:",
        "program crashed", "stack trace", "stack smashing", "double free or corruption",
        "terminate called after", "goroutine 1 [", "exception in thread",
    ]

    public init(_ patterns: [String] = common) {
        self.patterns = patterns.map { ($0, Self.lowered(Array($0.utf8))) }
    }

    /// The first pattern that occurs in a line, in whatever letters.
    public func match(_ line: some Sequence<UInt8>) -> String? {
        let line = Self.lowered(Array(line))
        return patterns.first { Self.contains(line, $0.bytes) }?.text
    }

    private static func lowered(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }
    }

    private static func contains(_ line: [UInt8], _ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first, line.count >= pattern.count else { return false }
        for start in 0...(line.count - pattern.count) where line[start] == first {
            if line[start..<start + pattern.count].elementsEqual(pattern) { return true }
        }
        return false
    }
}
