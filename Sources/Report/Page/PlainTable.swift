/// A small table of text: columns that hold numbers are aligned to the right.
struct PlainTable {
    var titles: [String]
    /// Positions of the columns with numbers.
    var numbers: Set<Int> = []
    var rows: [[String]] = []
    /// By row, what stands below it across all columns: sentences that would make one column tall.
    var notes: [String] = []

    /// A tall table scrolls within a box of its own instead of filling the page.
    func write(to markup: inout Markup, isTall: Bool = false) {
        markup.element("div", class: isTall ? "scroll tall" : "scroll") { markup in
            markup.element("table", class: titles.count >= 8 ? "wide" : nil) { markup in
                markup.raw("<thead><tr>")
                for (index, title) in titles.enumerated() {
                    markup.raw(numbers.contains(index) ? "<th class=\"n\">" : "<th>")
                    markup.escaped(title)
                    markup.raw("</th>")
                }
                markup.raw("</tr></thead><tbody>\n")
                for (place, row) in rows.enumerated() {
                    markup.raw("<tr>")
                    for (index, cell) in row.enumerated() {
                        markup.raw(numbers.contains(index) ? "<td class=\"n\">" : "<td>")
                        markup.escaped(cell)
                        markup.raw("</td>")
                    }
                    markup.raw("</tr>\n")
                    guard notes.indices.contains(place) else { continue }
                    markup.raw("<tr class=\"note\"><td colspan=\"\(titles.count)\">")
                    markup.escaped(notes[place])
                    markup.raw("</td></tr>\n")
                }
                markup.raw("</tbody>")
            }
        }
    }

    /// Names on the left, values on the right.
    static func writeKeys(_ rows: [(name: String, value: String)], to markup: inout Markup) {
        markup.element("table", class: "key") { markup in
            for row in rows {
                markup.raw("<tr>")
                markup.element("td", row.name)
                markup.element("td", row.value)
                markup.raw("</tr>\n")
            }
        }
    }
}
