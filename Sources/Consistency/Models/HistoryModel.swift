public import Histories

/// What a store is said to be, so that a history can be held against it.
///
/// A check never fails for want of evidence: it answers unknown and says what was missing.
public protocol HistoryModel: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// - Returns: Valid only if something was proven: a history without a completed write, or whose
    ///   reads all failed, is unknown.
    static func check(_ history: History, _ options: CheckOptions) -> Conclusion
}

/// Every model a history can be checked against.
public let historyModels: [any HistoryModel.Type] = [
    ListAppend.self
]
