/// Something of the machine that a run may need, and whether it is there.
public struct Capability: Sendable, Equatable, Codable {
    public let name: String
    public let state: State

    public enum State: Sendable, Equatable, Codable {
        /// There, with what was measured or found.
        case available(String)
        case missing(why: String, fix: String)
    }

    public init(_ name: String, _ state: State) {
        self.name = name
        self.state = state
    }

    public var isAvailable: Bool {
        if case .available = state { return true }
        return false
    }

    /// One line for a reader.
    public var text: String {
        switch state {
        case .available(""): "\(name): available"
        case .available(let found): "\(name): \(found)"
        case .missing(let why, let fix): "\(name): missing (\(why)); fix: \(fix)"
        }
    }
}

/// Everything that `ordeal doctor` shows and that a run writes down.
public struct CapabilityReport: Sendable, Equatable, Codable {
    public let capabilities: [Capability]

    public static let namespaceNames = [
        "user namespaces", "namespaces", "ip", "nft", "veth", "bridge", "bridge filter",
    ]

    /// Looks at the machine; takes some tens of milliseconds, most of them for the disk.
    ///
    /// `directory` is where results and data will be.
    public static func probe(directory: String) -> CapabilityReport {
        CapabilityReport(
            capabilities: NamespaceProbe.capabilities() + MachineProbe.capabilities(of: directory)
        )
    }

    public subscript(name: String) -> Capability? { capabilities.first { $0.name == name } }

    /// What keeps the `namespaces` fabric from working; empty where it works.
    public var missingForNamespaces: [Capability] {
        capabilities.filter {
            // Root needs no user namespace.
            Self.namespaceNames.dropFirst().contains($0.name) && !$0.isAvailable
        }
    }
}
