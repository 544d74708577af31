/// What all pages have in common: one file with its own style and data, and nothing fetched.
enum PageFrame {
    static let latencyFooter =
        "Latency counts from the intended start of each request. The whole record is in this file, as "
        + "JSON in the element with the id \"record\"."

    /// - Parameters:
    ///   - record: What the page is about, put into it whole.
    ///   - style: Beside the style of all pages.
    ///   - script: Nothing runs in a page without one.
    static func page(
        title: String,
        record: some Encodable,
        footer: String,
        style: String = "",
        script: String? = nil,
        _ content: (inout Markup) -> Void
    ) throws -> String {
        var markup = Markup()
        let allowed = script == nil ? "" : "; script-src 'unsafe-inline'; img-src data:"
        markup.raw(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                + "style-src 'unsafe-inline'\(allowed)\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        )
        markup.element("title", title)
        markup.raw("\n<style>\n\(PageStyle.css)\(style)</style>\n</head>\n<body>\n")
        markup.element("main") { markup in
            content(&markup)
            markup.element("footer", footer)
        }
        let json = try JSONText(isSafeInMarkup: true).encode(record)
        markup.raw("<script type=\"application/json\" id=\"record\">\(json)</script>\n")
        if let script { markup.raw("<script>\n\(script)</script>\n") }
        markup.raw("</body>\n</html>\n")
        return markup.text
    }

    static func tiles(_ tiles: [(value: String, name: String)], to markup: inout Markup) {
        markup.element("div", class: "tiles") { markup in
            for (value, name) in tiles {
                markup.element("div", class: "tile") { markup in
                    markup.element("b", value)
                    markup.element("span", name)
                }
            }
        }
    }

    static func chart(_ svg: String, legend: String, to markup: inout Markup) {
        markup.element("section", class: "card") { markup in
            markup.raw("<div class=\"chart-box\">\(svg)</div>\n\(legend)\n")
        }
    }
}
