/// Markup that is being written; what comes from outside goes through `escape`.
package struct Markup {
    package private(set) var text = ""

    /// Adds markup as it is.
    mutating func raw(_ markup: String) {
        text += markup
    }

    /// Adds text that may contain anything.
    mutating func escaped(_ string: String) {
        text += Self.escape(string)
    }

    /// `<name class="…">text</name>`, the text escaped.
    mutating func element(_ name: String, class style: String? = nil, _ string: String) {
        text += Self.open(name, class: style) + Self.escape(string) + "</\(name)>"
    }

    /// An element whose content is written by `content`.
    mutating func element(
        _ name: String,
        class style: String? = nil,
        content: (inout Markup) throws -> Void
    ) rethrows {
        text += Self.open(name, class: style)
        try content(&self)
        text += "</\(name)>\n"
    }

    private static func open(_ name: String, class style: String?) -> String {
        style.map { "<\(name) class=\"\(escape($0))\">" } ?? "<\(name)>"
    }

    /// Safe between tags and inside quoted attributes, in HTML and in XML.
    ///
    /// Characters that XML cannot hold at all become the replacement character.
    package static func escape(_ string: String) -> String {
        var escaped = ""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t", "\r": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff:
                escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
