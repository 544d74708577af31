/// The file names of log segments: sixteen hexadecimal digits, so that names sort as numbers do.
public enum SegmentName {
    /// The name of the file that holds `segment`.
    public static func name(of segment: UInt64) -> String {
        let digits = String(segment, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + suffix
    }

    /// The segment that a file of this name holds, or nil when it is no segment's name.
    public static func segment(named name: String) -> UInt64? {
        guard name.hasSuffix(suffix) else { return nil }
        let digits = name.dropLast(suffix.count)
        guard digits.utf8.count == 16,
            digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else {
            return nil
        }
        return UInt64(digits, radix: 16)
    }

    private static let suffix = ".log"
}
