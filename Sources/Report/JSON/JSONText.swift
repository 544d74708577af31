/// Writes values as JSON text: members in their declared order, unknown values as null.
///
/// Equal values give equal bytes, so that two runs can be compared with `diff`.
public struct JSONText: Sendable {
    /// Line breaks and two spaces a level; arrays of plain values stay on one line.
    public var isPretty: Bool
    /// Writes `<`, `>` and `&` as escapes, so that the text may stand inside a `<script>` element.
    public var isSafeInMarkup: Bool

    public init(isPretty: Bool = false, isSafeInMarkup: Bool = false) {
        self.isPretty = isPretty
        self.isSafeInMarkup = isSafeInMarkup
    }

    public func encode(_ value: some Encodable) throws -> String {
        text(of: try JSONTreeEncoder.tree(of: value))
    }

    public func text(of value: JSONValue) -> String {
        var output = ""
        write(value, level: 0, to: &output)
        return output
    }

    private func write(_ value: JSONValue, level: Int, to output: inout String) {
        switch value {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .unsigned(let value): output += String(value)
        case .number(let value): output += Self.number(value)
        case .string(let value): write(value, to: &output)
        case .array(let elements):
            let isFlat = !isPretty || elements.allSatisfy(\.isLeaf)
            list(elements, "[", "]", isFlat: isFlat, level, &output) { element, output in
                write(element, level: level + 1, to: &output)
            }
        case .object(let members):
            list(members, "{", "}", isFlat: !isPretty, level, &output) { member, output in
                write(member.name, to: &output)
                output += isPretty ? ": " : ":"
                write(member.value, level: level + 1, to: &output)
            }
        }
    }

    private func list<Element>(
        _ elements: [Element],
        _ open: String,
        _ close: String,
        isFlat: Bool,
        _ level: Int,
        _ output: inout String,
        each: (Element, inout String) -> Void
    ) {
        output += open
        for (index, element) in elements.enumerated() {
            if index > 0 { output += isPretty && isFlat ? ", " : "," }
            if !isFlat { output += "\n" + String(repeating: "  ", count: level + 1) }
            each(element, &output)
        }
        if !isFlat, !elements.isEmpty { output += "\n" + String(repeating: "  ", count: level) }
        output += close
    }

    /// Shortest text that reads back as the same number; JSON has no infinity, so that is null.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }

    private func write(_ string: String, to output: inout String) {
        output += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "<" where isSafeInMarkup, ">" where isSafeInMarkup, "&" where isSafeInMarkup:
                output += Self.escape(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
                output += Self.escape(scalar)
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
