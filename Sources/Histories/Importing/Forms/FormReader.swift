/// Finds one form after the other in a window of bytes.
protocol FormReader {
    init()
    /// The nodes of the form that was read last.
    var tree: FormTree { get }
    /// Reads the next form from `start`.
    ///
    /// - Parameter isLast: Nothing follows the window: what is incomplete is truncated.
    mutating func read(
        _ bytes: Span<UInt8>,
        from start: Int,
        isLast: Bool
    ) throws(FormStop) -> FormEvent
}

enum FormEvent {
    /// A form is in `tree`; what follows begins at `end`.
    case form(end: Int)
    /// A bracket around all forms, or a comma between two of them.
    case punctuation(end: Int)
    /// Nothing but blanks up to `end`.
    case blank(end: Int)
}

/// Why a reader stops within a form.
enum FormStop: Error {
    /// More bytes are needed to tell.
    case incomplete
    case fault(HistoryProblem.Kind, at: Int)
}

enum FormLimit {
    static let depth = 128
    /// For a number, a keyword or a symbol; texts may be longer.
    static let longestAtom = 1 << 20

    static func check(atom: Range<Int>) throws(FormStop) {
        guard atom.count <= longestAtom else {
            throw .fault(.tooLong(limit: longestAtom), at: atom.lowerBound)
        }
    }
}

extension HistoryInput {
    /// The next form's nodes are in `reader.tree` and point into the window; false at the end.
    mutating func nextForm(_ reader: inout some FormReader) throws(HistoryProblem) -> Bool {
        while true {
            do throws(FormStop) {
                switch try reader.read(bytes.span, from: start, isLast: isAtEnd) {
                case .form(let end):
                    start = end
                    return true
                case .punctuation(let end): start = end
                case .blank(let end):
                    start = end
                    guard try readMoreForms() else { return false }
                }
            } catch {
                switch error {
                case .incomplete:
                    guard try readMore() else {
                        throw problem(.truncated(inside: "a form"), at: bytes.count)
                    }
                case .fault(let kind, let place): throw problem(kind, at: place)
                }
            }
        }
    }

    func problem(_ kind: HistoryProblem.Kind, at index: Int) -> HistoryProblem {
        HistoryProblem(kind, at: position(of: index))
    }

    private mutating func readMoreForms() throws(FormStop) -> Bool {
        if isAtEnd { return false }
        throw .incomplete
    }
}
