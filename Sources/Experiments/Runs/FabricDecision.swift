internal import CSystemCalls
internal import Clusters
internal import Consistency
internal import Faults

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Which network a run gets, and the enclosure that goes with it.
enum FabricDecision {
    /// The fabric of this run; outside an enclosure this process is replaced by itself inside one.
    ///
    /// So nothing may have been started or written before.
    static func enclosed(
        _ plan: Plan,
        _ schedule: Schedule,
        _ options: RunOptions
    ) throws(CommandFailure) -> any Fabric.Type {
        if let current = Enclosure.current {
            let fabric: any Fabric.Type =
                current == .namespaces ? NamespacesFabric.self : LoopbackFabric.self
            return fabric
        }
        throw enter(try checked(plan, schedule, options))
    }

    /// The enclosure that the plan would get, if this machine allows what the plan needs.
    static func checked(
        _ plan: Plan,
        _ schedule: Schedule,
        _ options: RunOptions
    ) throws(CommandFailure) -> Enclosure {
        let choice = options.fabric ?? plan.fabric
        let enclosure = try enclosure(for: choice)
        if enclosure == .guarded, let cutting = schedule.firstNetworkFault {
            throw refusal(of: cutting, choice, options)
        }
        return enclosure
    }

    /// Replaces this process by itself in the enclosure; returns only why that failed.
    private static func enter(_ enclosure: Enclosure) -> CommandFailure {
        do throws(ClusterError) {
            // A link to the running program would name the launcher by the time it is followed.
            let program = try Executables.own("ordeal")
            let arguments = CommandLine.arguments.dropFirst()
            let command = try enclosure.command([program] + arguments)
            var list = unsafe command.map { unsafe strdup($0) } + [nil]
            _ = unsafe execv(command[0], &list)
            return CommandFailure(.void, "\(command[0]): \(systemMessage(errno))")
        } catch {
            return CommandFailure(.void, error.message)
        }
    }

    private static func enclosure(
        for choice: Plan.FabricChoice
    ) throws(CommandFailure) -> Enclosure {
        if choice == .loopback { return .guarded }
        let missing = CapabilityReport.probe(directory: ".").missingForNamespaces
        guard let first = missing.first else { return .namespaces }
        guard choice == .namespaces else { return .guarded }
        throw CommandFailure(
            .void,
            "the namespaces fabric does not work here: \(first.reason); see `ordeal doctor`, or use "
                + "--fabric loopback for plans without network faults"
        )
    }

    private static func refusal(
        of fault: FaultPlan,
        _ choice: Plan.FabricChoice,
        _ options: RunOptions
    ) -> CommandFailure {
        let place = "\(options.planFile):\(fault.mark.line)"
        let what = "\(place): \(fault.name) cuts links, which the loopback fabric cannot do"
        guard choice == .auto else {
            return CommandFailure(.void, "\(what); drop `loopback`, or the fault")
        }
        let missing = CapabilityReport.probe(directory: ".").missingForNamespaces
        let reasons = missing.map(\.reason).joined(separator: "; ")
        return CommandFailure(
            .void,
            "\(what), and the namespaces fabric does not work here: \(reasons); or run "
                + "chaos/quick-loopback.yaml, which fails processes only"
        )
    }
}

extension Capability {
    /// `nft: it is not installed (apt-get install nftables)`.
    fileprivate var reason: String {
        switch state {
        case .available: name
        case .missing(let why, let fix): "\(name): \(why) (\(fix))"
        }
    }
}

extension Schedule {
    var firstNetworkFault: FaultPlan? {
        for trial in trials {
            let cutting = trial.cell.faults.first { type(of: $0.fault).needsNetworkFaults }
            if let cutting { return cutting }
        }
        return nil
    }
}

/// The executables that a run needs, found before anything starts.
struct RunExecutables {
    /// By cell name; cells may name another binary.
    private let stores: [String: String]

    init(_ schedule: Schedule) throws(CommandFailure) {
        var stores: [String: String] = [:]
        do throws(ClusterError) {
            _ = try Executables.own("ordeal-launcher")
            for trial in schedule.trials where stores[trial.cell.name] == nil {
                if trial.cell.system.etcdMembers > 0 { _ = try Executables.etcd }
                stores[trial.cell.name] = try Self.store(of: trial.cell.system)
            }
        } catch {
            throw CommandFailure(.void, error.message)
        }
        self.stores = stores
    }

    subscript(cell: Cell) -> String { stores[cell.name] ?? "" }

    private static func store(of plan: SystemPlan) throws(ClusterError) -> String {
        guard let binary = plan.binary else {
            let system = systemsUnderTest.first { $0.name == plan.kind }
            return try Executables.own(system?.executable ?? plan.kind)
        }
        let rule = "the plan's `binary:` must name an executable, seen from the working directory"
        var information = stat()
        guard unsafe stat(binary, &information) == 0 else {
            throw .missing(program: binary, fix: rule)
        }
        guard information.st_mode & S_IFMT != S_IFDIR else {
            throw .unsupported("\(binary) is a folder; \(rule)")
        }
        guard unsafe access(binary, X_OK) == 0 else {
            throw .unsupported("\(binary) is not executable (chmod +x \(binary)); \(rule)")
        }
        return binary
    }
}
