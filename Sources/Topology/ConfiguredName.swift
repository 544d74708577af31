/// A registered kind by its name and its settings, as plans, maps and command lines write it:
/// `quorum`, `semi-synchronous(2,degrade)`, `fixed-timeout(350ms)`.
public struct ConfiguredName: Equatable, Sendable, CustomStringConvertible {
    public let name: String
    public let settings: [String]

    public init(_ name: String, settings: [String] = []) {
        self.name = name
        self.settings = settings
    }

    /// Settings stand between parentheses with commas or blanks between; nil where they do not close.
    public init?(parsing text: some StringProtocol) {
        guard let open = text.firstIndex(of: "(") else {
            guard !text.contains(")") else { return nil }
            self.init(String(text))
            return
        }
        guard text.last == ")", text.count(where: { $0 == "(" || $0 == ")" }) == 2 else {
            return nil
        }
        let inner = text[text.index(after: open)...].dropLast()
        let settings = inner.split(whereSeparator: { $0 == "," || $0 == " " }).map { String($0) }
        guard !settings.isEmpty, !text[..<open].isEmpty else { return nil }
        self.init(String(text[..<open]), settings: settings)
    }

    public var description: String {
        settings.isEmpty ? name : "\(name)(\(settings.joined(separator: ",")))"
    }

    /// A setting's duration in nanoseconds: a whole number and `ms` or `s`; nil for anything else.
    public static func duration(_ text: String) -> UInt64? {
        let units: [(suffix: String, nanoseconds: UInt64)] = [
            ("ms", 1_000_000), ("s", 1_000_000_000),
        ]
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = UInt64(text.dropLast(unit.suffix.count)), number <= 3_600_000 else {
                return nil
            }
            return number * unit.nanoseconds
        }
        return nil
    }
}
