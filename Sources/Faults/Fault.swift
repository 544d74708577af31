public import Determinism

/// Something that goes wrong, as a pure choice of actions.
///
/// The type is its configuration.
public protocol Fault: Codable, Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// The keys of a plan's entry, beside `at` and `fault`, that it understands.
    static var keys: [String] { get }
    /// Whether it cuts links, which not every fabric can.
    static var needsNetworkFaults: Bool { get }
    /// Whether it brings a node along that the cluster did not have.
    static var takesSpare: Bool { get }
    /// Whether it changes who takes part, which not every system can.
    static var changesMembership: Bool { get }

    init(fields: FaultFields) throws(FaultFieldError)

    /// Whom it strikes; nil where the fault chooses by itself.
    var target: FaultTarget? { get }
    /// How long after the strike it is healed; nil when only the end of all faults heals it.
    var healsAfter: Duration? { get }
    /// What a reader of the report has to know of its limits.
    var note: String? { get }

    /// Decides what to do to the victim, which is nil only where `target` is.
    func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike
}

extension Fault {
    public static var needsNetworkFaults: Bool { false }
    public static var takesSpare: Bool { false }
    public static var changesMembership: Bool { false }
    public var note: String? { nil }
}

/// Every fault there is; a new one is one file and one line here.
public let faults: [any Fault.Type] = [
    ProcessCrash.self,
    MachineCrash.self,
    Pause.self,
    Restart.self,
    Partition.self,
    NodeJoin.self,
    NodeLeave.self,
    NodeReplace.self,
]

/// What a fault does to a cluster, and how that is undone.
public struct FaultStrike: Sendable, Equatable {
    /// In order.
    public var actions: [FaultAction]
    /// In order.
    public var healing: [FaultAction]
    public var evidence: [ExpectedEvidence]

    public init(
        actions: [FaultAction],
        healing: [FaultAction],
        evidence: [ExpectedEvidence]
    ) {
        self.actions = actions
        self.healing = healing
        self.evidence = evidence
    }
}

/// The fields of a plan's entry, whatever the fault.
public struct FaultFields: Sendable {
    public var target: FaultTarget?
    public var shape: String?
    public var withClients: Bool
    /// The key `for`.
    public var duration: Duration?
    public var restartAfter: Duration?

    public init(
        target: FaultTarget? = nil,
        shape: String? = nil,
        withClients: Bool = false,
        duration: Duration? = nil,
        restartAfter: Duration? = nil
    ) {
        self.target = target
        self.shape = shape
        self.withClients = withClients
        self.duration = duration
        self.restartAfter = restartAfter
    }

    func requireTarget() throws(FaultFieldError) -> FaultTarget {
        guard let target else { throw .missing(key: "target", example: "primary") }
        return target
    }
}

/// Why a plan's entry describes no fault.
public enum FaultFieldError: Error, Equatable, Sendable {
    case missing(key: String, example: String)
    case unknownValue(key: String, value: String, known: [String])
    case impossible(String)

    public var message: String {
        switch self {
        case .missing(let key, let example): "\"\(key)\" is missing, such as `\(key): \(example)`"
        case .unknownValue(let key, let value, let known):
            "\"\(value)\" is no \(key); there are \(known.joined(separator: ", "))"
        case .impossible(let why): why
        }
    }
}
