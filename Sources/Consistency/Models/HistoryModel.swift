public import Histories

/// What a store is said to be, so that a history can be held against it.
///
/// A check never fails for want of evidence: it answers unknown and says what was missing.
public protocol HistoryModel: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// Which options mean something to it.
    static var applicable: ApplicableOptions { get }
    /// - Returns: Valid only if something was proven: a history without a completed write, or whose
    ///   reads all failed, is unknown.
    static func check(_ history: History, _ options: CheckOptions) -> Conclusion
    /// The same check in parts that may run at the same time; one part unless a model has more.
    static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan
}

/// Options of a check that a model asks for.
public struct ApplicableOptions: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let initial = Self(rawValue: 1)
    public static let level = Self(rawValue: 2)
    public static let keyOrder = Self(rawValue: 4)
    public static let overdraft = Self(rawValue: 8)
}

extension HistoryModel {
    public static var applicable: ApplicableOptions { .initial }

    public static func plan(_ history: History, _ options: CheckOptions) -> CheckPlan {
        CheckPlan(parts: [{ check(history, options) }]) { conclusions in
            conclusions.first ?? Conclusion(verdict: .combined([]), operations: 0)
        }
    }
}

/// Every model a history can be checked against.
public let historyModels: [any HistoryModel.Type] = [
    Register.self,
    CompareAndSetRegister.self,
    MultiRegister.self,
    MutualExclusion.self,
    Append.self,
    Counter.self,
    SetModel.self,
    ListAppend.self,
    ReadWriteRegister.self,
    Transactions.self,
    Bank.self,
    LongFork.self,
    Session.self,
]
