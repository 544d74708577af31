/// A way to write a history down that other tools know.
public protocol HistoryFormat: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// Whether a file that begins like this is probably in this format.
    ///
    /// - Parameters:
    ///   - path: The file's name, for its extension.
    ///   - head: Its first bytes.
    static func recognizes(path: String, head: [UInt8]) -> Bool
    /// - Parameter subject: What the operations are about; the words mean other things for others.
    static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History
    /// Writes what the format has words for, and refuses the rest.
    static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem)
}

/// Every format, in the order in which an unnamed file's is guessed.
public let historyFormats: [any HistoryFormat.Type] = [
    OrdealFile.self,
    PorcupineLog.self,
    PorcupineKeyValue.self,
    JepsenJSON.self,
    JepsenEDN.self,
    AWDITText.self,
]
